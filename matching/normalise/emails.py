"""E-mail addresses and web domains: whose they are, and whether they say anything about a company."""

from __future__ import annotations

from functools import lru_cache

from matching.normalise.text import fold

ROLES = frozenset(
    """info sales service services support contact office admin administrator mail hello kontakt marketing hr jobs
    webmaster postmaster noreply no-reply billing accounts finance purchasing kf kefu xiaoshou""".split()
)
PUBLIC_DOMAINS = frozenset(
    """qq.com vip.qq.com 163.com 126.com vip.163.com sina.com sina.cn sohu.com yeah.net foxmail.com 139.com 189.cn
    21cn.com tom.com aliyun.com gmail.com googlemail.com hotmail.com outlook.com live.com msn.com yahoo.com
    yahoo.com.cn icloud.com me.com aol.com gmx.de gmx.net web.de t-online.de freenet.de orange.fr free.fr wanadoo.fr
    laposte.net libero.it mail.ru yandex.ru proton.me protonmail.com wo.cn 188.com 263.net 163.net eyou.com hotmail.co.uk
    yahoo.co.uk yahoo.co.jp ymail.com rocketmail.com btinternet.com comcast.net verizon.net att.net naver.com daum.net hanmail.net
    hotmail.fr yahoo.fr hotmail.de yahoo.de arcor.de bluewin.ch bk.ru inbox.ru list.ru seznam.cz wp.pl o2.pl rediffmail.com
    netvigator.com hinet.net yahoo.com.hk yahoo.com.tw""".split()
)
SHARED_SITES = frozenset(
    """taobao.com tmall.com 1688.com alibaba.com made-in-china.com jd.com pinduoduo.com weidian.com youzan.com weibo.com weixin.qq.com qcc.com
    tianyancha.com qichacha.com szse.cn sse.com.cn hc360.com china.cn facebook.com linkedin.com instagram.com twitter.com x.com youtube.com
    wixsite.com weebly.com wordpress.com blogspot.com github.io google.com etsy.com ebay.com amazon.com shopify.com myshopify.com""".split()
)
"""Sites on which many companies have a page; their domain says nothing of whose it is."""
THROWAWAY_DOMAINS = frozenset(
    """mailinator.com guerrillamail.com 10minutemail.com yopmail.com tempmail.com temp-mail.org trashmail.com sharklasers.com getnada.com
    dispostable.com maildrop.cc fakeinbox.com throwawaymail.com mailnesia.com mohmal.com emailondeck.com linshiyouxiang.net chacuo.net bccto.me""".split()
)
_NOBODY = frozenset("test none na null unknown noemail nomail xxx".split())
"""Names before the at sign that people type when they have to type something."""
_SECOND_LEVEL = frozenset("com co org net gov edu ac ltd plc me or ne go".split())


@lru_cache(maxsize=100_000)
def email(text: str) -> str:
    """*text* as an address in lower case without plus tag, or nothing when it is none."""
    folded = fold(text)
    if folded[-1:] == ">":
        folded = folded.rpartition("<")[2]
    local, at, host = folded.removeprefix("mailto:").strip("<> .;,").rpartition("@")
    local = local.partition("+")[0]
    if not at or "." not in host or not local or " " in local or " " in host or local in _NOBODY:
        return ""
    if host in {"gmail.com", "googlemail.com"}:
        local, host = local.replace(".", ""), "gmail.com"
    return "" if host in THROWAWAY_DOMAINS else f"{local}@{host}"


def is_role(address: str) -> bool:
    """Whether an address belongs to a function, not to a person."""
    return address.partition("@")[0] in ROLES


@lru_cache(maxsize=100_000)
def domain(text: str) -> str:
    """The domain that a web site's or mail address's owner registered; nothing for a public mail provider."""
    folded = fold(text)
    host = (folded.partition("://")[2] or folded).partition("/")[0].rpartition("@")[2].partition(":")[0]
    labels = [label for label in host.strip(". ").split(".") if label]
    if len(labels) < 2 or " " in host or labels[-1].isdigit():
        return ""
    depth = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL else 2
    if labels[-1] == "cn" and len(labels) > 2 and len(labels[-2]) == 2:
        depth = max(depth, 3)  # provinces have second-level domains of their own
    registered = ".".join(labels[-depth:])
    if (
        registered in PUBLIC_DOMAINS
        or host in PUBLIC_DOMAINS
        or registered in SHARED_SITES
        or registered in THROWAWAY_DOMAINS
    ):
        return ""
    found = labels[-depth:]
    return "" if found[0] == "www" else ".".join(found)
