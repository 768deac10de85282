"""Chinese names in Latin letters: pinyin with or without tones, Wade–Giles, and family names as spelled in Hong Kong and Taiwan."""

from __future__ import annotations

import re
from functools import lru_cache

SYLLABLES = frozenset(
    """a ai an ang ao ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu ca cai can cang cao ce cen ceng cha
    chai chan chang chao che chen cheng chi chong chou chu chua chuai chuan chuang chui chun chuo ci cong cou cu cuan cui
    cun cuo da dai dan dang dao de den deng di dian diao die ding diu dong dou du duan dui dun duo e ei en eng er fa fan
    fang fei fen feng fiao fo fou fu ga gai gan gang gao ge gei gen geng gong gou gu gua guai guan guang gui gun guo ha
    hai han hang hao he hei hen heng hong hou hu hua huai huan huang hui hun huo ji jia jian jiang jiao jie jin jing jiong
    jiu ju juan jue jun ka kai kan kang kao ke ken keng kong kou ku kua kuai kuan kuang kui kun kuo la lai lan lang lao le
    lei leng li lia lian liang liao lie lin ling liu lo long lou lu luan lue lun luo ma mai man mang mao me mei men meng
    mi mian miao mie min ming miu mo mou mu na nai nan nang nao ne nei nen neng ni nian niang niao nie nin ning niu nong
    nou nu nuan nue nun nuo o ou pa pai pan pang pao pei pen peng pi pian piao pie pin ping po pou pu qi qia qian qiang
    qiao qie qin qing qiong qiu qu quan que qun ran rang rao re ren reng ri rong rou ru rua ruan rui run ruo sa sai san
    sang sao se sen seng sha shai shan shang shao she shen sheng shi shou shu shua shuai shuan shuang shui shun shuo si
    song sou su suan sui sun suo ta tai tan tang tao te teng ti tian tiao tie ting tong tou tu tuan tui tun tuo wa wai wan
    wang wei wen weng wo wu xi xia xian xiang xiao xie xin xing xiong xiu xu xuan xue xun ya yan yang yao ye yi yin ying
    yo yong you yu yuan yue yun za zai zan zang zao ze zei zen zeng zha zhai zhan zhang zhao zhe zhen zheng zhi zhong zhou
    zhu zhua zhuai zhuan zhuang zhui zhun zhuo zi zong zou zu zuan zui zun zuo lv nv lyu nyu""".split()
)
"""All syllables of pinyin, ü written u, v or yu."""
FAMILIES = frozenset(
    """zhang wang li liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he gao lin luo zheng liang xie song tang deng
    feng han cao zeng peng xiao cai pan tian dong yuan yu ye jiang du su wei cheng lv lu ding shen ren yao fu zhong
    cui tan liao fan shi jin jia xia fang bai zou meng xiong qin qiu hou jiang yin xue yan lei long tao gu mao hao gong
    shao wan qian dai ou ouyang situ zhuge sima shangguan shan zha qi piao ge lyu nie bao pu ruan""".split()
)
"""Family names in pinyin."""
_CANTONESE = re.compile(
    r"(?:b|ch|d|f|gw?|h|j|kw?|l|m|ng?|p|sh?|ts?|w|y|z)?(?:"
    + "|".join(
        """aai aan aang aap aat aau aa ah ai ak am an ang ap at au aw a ee ei ek eng eung euk eu e ik im ing in ip it iu i
        oi ok ong oon on oo ot ou ow oy o uen uet ue ui uk ung un up ut u yu y ie ien""".split()
    )
    + r"|(?<=^)ng)"
)
_WADE_GILES = re.compile(
    r"(?P<initial>ch|hs|sh|tz|ts|ss|sz|[jfhklmnprstwy]?)(?P<breath>['’]?)(?P<final>[aeiouüê][a-zü]*)"
)
_FINALS = {
    "ieh": "ie", "ien": "ian", "ung": "ong", "iung": "iong", "uei": "ui", "erh": "er", "ih": "i", "eh": "e", "üeh": "ue", "ueh": "ue", "üan": "uan",
    "ün": "un", "ü": "u",
}  # fmt: skip
_FINALS_BEHIND_Y = {"en": "an", "eh": "e", "u": "ou", "ung": "ong", "ü": "u"}
_UNCHANGED_O = frozenset({"b", "p", "m", "f", "w"})

_TAIWAN = dict(
    pair.split("=")
    for pair in """chang=zhang chao=zhao cheng=zheng chiang=jiang chien=jian chin=jin ching=jing chiu=qiu chou=zhou chu=zhu chuang=zhuang chung=zhong
    hsia=xia hsiao=xiao hsieh=xie hsing=xing hsiung=xiong hsu=xu hsueh=xue hung=hong jen=ren kan=gan kang=kang kao=gao ke=ke ko=ke ku=gu kuan=guan
    kung=gong kuo=guo lo=luo pai=bai pao=bao shih=shi sung=song tai=dai tan=tan tang=tang teng=deng tien=tian ting=ding tsai=cai tsao=cao tsen=cen
    tseng=zeng tso=zuo tsou=zou tsui=cui tu=du tung=dong yeh=ye yen=yan chen=chen jao=rao chan=zhan chi=ji chia=jia chiao=jiao""".split()
)
"""Family names in Wade–Giles without its apostrophes, as in Taiwanese passports: the commonest reading of each."""
_HONG_KONG = dict(
    pair.split("=")
    for pair in """chan=chen cheung=zhang chow=zhou choi=cai choy=cai chu=zhu cheng=zheng chiu=zhao chung=zhong fung=feng fong=fang fok=huo hui=xu
    ip=ye yip=ye kan=jian ko=gao kong=jiang ku=gu kwan=guan kwok=guo kwong=kuang lai=li lam=lin lau=liu law=luo lee=li leung=liang leong=liang
    li=li lo=luo loke=lu lui=lü luk=lu lok=luo mak=mai mok=mo mui=mei ng=wu pang=peng poon=pan pun=pan shek=shi shum=shen sin=xian sit=xue siu=xiao
    so=su sze=shi szeto=situ tam=tan tang=deng to=du tong=tang tsang=zeng tse=xie tsui=xu tsoi=cai tung=dong wai=wei wan=wen woo=hu wu=hu yam=ren
    yan=yan yau=qiu yeung=yang yeo=yang yim=yan yiu=yao yu=yu yuen=yuan yung=rong au=ou auyeung=ouyang ou=ou lim=lin tan=chen goh=wu ong=wang teo=zhang
    chua=cai koh=xu quek=guo sim=shen chong=zhang hor=he ho=he ma=ma tay=zheng""".replace("lü", "lu").split()
)
"""Family names in Cantonese, Hokkien and Teochew spellings to the pinyin of the commonest character of each."""
READINGS: dict[str, tuple[str, ...]] = {
    "wong": ("huang", "wang"), "tsui": ("xu", "cui"), "yuen": ("yuan", "ruan"), "shum": ("shen", "cen"), "wu": ("hu", "wu"),
    "chin": ("qian", "jin"), "tang": ("deng", "tang"), "tong": ("tang", "tong"), "kong": ("jiang", "kong"), "ng": ("wu", "huang"),
}  # fmt: skip
"""Family names that are spelled alike though they are written with different characters."""
DISTINCT = frozenset(
    """cheung chow choi choy fok kwok kwan kwong leung leong lau mak poon szeto tsang tsui tse yeung yip yuen auyeung hsu hsia hsiao hsieh hsing hsiung hsueh
    kuo tsai tsao tseng tsou chiang yeh quek fung ng kao shih tsoi chua cheong""".split()
)
"""Spellings that are Chinese family names wherever they stand; others may be Western names too."""
SPELLED = frozenset(_TAIWAN) | frozenset(_HONG_KONG) | DISTINCT | {"wong"}


@lru_cache(maxsize=50_000)
def is_pinyin(word: str) -> bool:
    """Whether *word* can be cut into syllables of pinyin."""
    if word in SYLLABLES:
        return True
    return any(word[:n] in SYLLABLES and is_pinyin(word[n:]) for n in range(min(6, len(word) - 1), 0, -1))


@lru_cache(maxsize=50_000)
def is_syllable(word: str) -> bool:
    """Whether *word* may be a part of a Chinese given name in any of the spellings."""
    return is_pinyin(word) or _CANTONESE.fullmatch(word) is not None or bool(_from_wade_giles(word))


def without_tone(word: str) -> str:
    """*word* without the digits that mark tones behind syllables of pinyin."""
    if word[-1:].isdigit() and (plain := "".join(c for c in word if c not in "12345")) and is_pinyin(plain):
        return plain
    return word


def family(spelling: str, given: list[str]) -> str:
    """A family name in pinyin, if it is spelled otherwise and the given name is Chinese or leaves no doubt."""
    if spelling in {"lv", "lyu"}:
        return "lu"
    if spelling not in DISTINCT and (
        spelling not in SPELLED or not given or not all(map(is_syllable, given[:2]))
    ):
        return spelling
    if spelling in FAMILIES and not is_wade_giles(given):
        return _HONG_KONG.get(spelling, spelling) if is_cantonese(given) else spelling
    if is_wade_giles(given):
        return _TAIWAN.get(spelling) or _HONG_KONG.get(spelling, spelling)
    return _HONG_KONG.get(spelling) or _TAIWAN.get(spelling, spelling)


def is_cantonese(given: list[str]) -> bool:
    """Whether the parts of a given name are spelled as in Hong Kong and cannot be pinyin."""
    return any(not is_pinyin(word) and _CANTONESE.fullmatch(word) is not None for word in given)


def is_wade_giles(given: list[str]) -> bool:
    """Whether the parts of a given name are Wade–Giles and cannot all be pinyin."""
    return (
        bool(given)
        and not all(map(is_pinyin, given))
        and all(_from_wade_giles(word) or word in SYLLABLES for word in given)
    )


def given_in_pinyin(given: list[str]) -> list[str]:
    """A given name in Wade–Giles in pinyin; any other as it is."""
    if not is_wade_giles(given):
        return given
    return ["".join(_from_wade_giles(word) or word for word in given)]


@lru_cache(maxsize=20_000)
def _from_wade_giles(word: str) -> str:
    """One syllable of Wade–Giles in pinyin; nothing when it is none. *Source*: the table of correspondences (Wade 1867, Giles 1892)."""
    if not (found := _WADE_GILES.fullmatch(word)):
        return ""
    initial, breath, final = found["initial"], bool(found["breath"]), found["final"]
    if initial in {"tz", "ts", "ss", "sz"} and final in {"u", "e"}:
        return {"tz": "c" if breath else "z", "ts": "c" if breath else "z"}.get(initial, "s") + (
            "i" if final == "u" else "e"
        )
    is_front = final[0] in "iü" and final != "ih"
    initial = {
        "ch": ("q" if breath else "j") if is_front else ("ch" if breath else "zh"), "hs": "x", "ts": "c" if breath else "z", "tz": "c" if breath else "z",
        "p": "p" if breath else "b", "t": "t" if breath else "d", "k": "k" if breath else "g", "j": "r",
    }.get(initial, initial)  # fmt: skip
    if initial == "y":
        final = _FINALS_BEHIND_Y.get(final, final)
    elif final == "o":
        final = "e" if initial in {"g", "k", "h"} else "o" if initial in _UNCHANGED_O else "uo"
    elif initial:
        final = _FINALS.get(final, final)
    made = initial + final.replace("ê", "e").replace("ü", "u")
    return made if made in SYLLABLES else ""
