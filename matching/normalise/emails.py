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
    laposte.net libero.it mail.ru yandex.ru proton.me protonmail.com""".split()
)
THROWAWAY_DOMAINS = frozenset(
    "mailinator.com guerrillamail.com 10minutemail.com yopmail.com tempmail.com".split()
)
_SECOND_LEVEL = frozenset("com co org net gov edu ac ltd plc me or ne go".split())


@lru_cache(maxsize=100_000)
def email(text: str) -> str:
    """*text* as an address in lower case without plus tag, or nothing when it is none."""
    local, at, host = fold(text).removeprefix("mailto:").strip("<> ").rpartition("@")
    local = local.partition("+")[0]
    if not at or "." not in host or not local or " " in local or " " in host:
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
    if ".".join(labels[-depth:]) in PUBLIC_DOMAINS or host in PUBLIC_DOMAINS:
        return ""
    found = labels[-depth:]
    return "" if found[0] == "www" else ".".join(found)
