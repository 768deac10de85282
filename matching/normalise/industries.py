"""Words that tell a company's form and trade rather than its brand."""

from __future__ import annotations

import re
from functools import lru_cache

FORMS_HAN = frozenset(
    """股份有限公司 有限责任公司 有限公司 股份公司 总公司 公司 株式会社 有限会社 合同会社 有限合伙企业 特殊普通合伙 普通合伙 有限合伙 合伙企业 个人独资企业 专业合作社 合作社 个体工商户 事务所 研究所 研究院 工作室 经营部 经销部 服务部 门市部 批发部 商行 车行 商店 门店 专卖店 专营店 旗舰店 小吃店 便利店 五金店 餐饮店 餐馆 饭店 服务中心 咨询中心 厂""".split()
)
_LENGTHS_OF_FORMS = sorted({len(form) for form in FORMS_HAN}, reverse=True)
FORM_FIRST = re.compile(r"^(?:株式会社|有限会社|合同会社)")
FORM_IN_BRACKETS = re.compile(
    r"(?:特殊普通合伙|普通合伙|有限合伙|合伙企业|个人独资|个人独资企业|个体工商户|个体户|株|有)$|^(?:中外合资|中外合作|外商独资|外资|内资|台港澳.*|筹|原.+|曾用名.+)$"
)
"""What brackets say about the form or the past of a company rather than about its name."""
_GROUP_HAN = re.compile(r"(控股集团|集团控股|集团|控股)$")
_BRANCH_ENDS = frozenset(
    "分公司 分行 支行 分店 事处 表处 络处 业部 业所 分厂 分部 理处 蓄所 分社 分院 分校 分所 机构".split()
)
_BRANCH_HAN = re.compile(
    r"(?:第[一二三四五六七八九十]+)?(分公司|分行|支行|分店|办事处|代表处|联络处|营业部|营业所|分厂|分部|分理处|储蓄所|分社|分院|分校|分所|分支机构)$"
)
ZONE_HAN = re.compile(
    r"^(?:[\u4e00-\u9fff]{0,4}?(?:自由贸易试验区|自贸试验区|自贸区|工业园区|(?:经济|高新|高新技术|经济技术|高新技术产业)(?:开发区|区)|开发区|保税区|园区))"
)
"""Zones that stand between a region and the name proper."""
TOWN_HAN = re.compile(r"^([\u4e00-\u9fff]{2})(?:镇|街道|乡)(?=[\u4e00-\u9fff]{2})")
"""A town behind a region, which is as often written without the word for it."""
SAME_FORMS = {
    "有限责任公司": "有限公司",
    "公司": "有限公司",
    "总公司": "有限公司",
    "股份公司": "股份有限公司",
}
"""Forms that are written for one another."""
_MARKS = re.compile(
    r"^(?:\*?st|s\*?st|sst|n|xd|xr|dr|退市)(?=[㐀-鿿])|退$|(?<=[㐀-鿿])(?:[ab]|-[a-z]{1,3}|股份[ab])$"
)
"""Marks that exchanges put around short names: special treatment, share class, ex-dividend."""

INDUSTRIES_HAN = frozenset(
    """科技 技术 信息 产业 实业 工业 电子 电气 电器 电力 能源 新能源 材料 新材料 生物 医药 制药 药业 医疗 医疗器械 器械 机械 机电 装备
    设备 仪器 仪表 精密 精工 制造 汽车 零部件 汽配 化工 化学 石化 石油 钢铁 有色 金属 矿业 煤业 煤炭 水泥 建材 建设 建筑 工程 置业 地产
    房地产 发展 开发 投资 资本 金融 证券 保险 银行 信托 期货 传媒 文化 影视 广告 出版 教育 旅游 酒店 餐饮 食品 饮料 乳业 酒业 农业 牧业 渔业
    种业 林业 纺织 服饰 服装 家居 家具 家电 日化 纸业 包装 印刷 物流 运输 航运 航空 港口 高速 铁路 环保 环境 水务 燃气 热力 供应链 贸易 商贸
    商业 百货 零售 连锁 进出口 国际 网络 软件 数据 数码 数字 智能 通信 通讯 光电 光学 半导体 微电子 芯片 自动化 控制 服务 咨询 管理 检测
    股份 集团 控股 生物科技 生物技术 信息技术 电子科技 热电 重工 轴承 电缆 线缆 玻璃 陶瓷 橡胶 塑料 塑胶 化纤 高新 城市 公用 事业 企业 总
    机器人 机床 模具 五金 仪器仪表 精密仪器 精密机械 人工智能 信息科技 网络科技 智能科技 新材料科技 文化传媒 广告传媒 企业管理 投资管理 资产管理 物业 物业管理 餐饮管理
    国际贸易 进出口贸易 国际物流 国际货运代理 货运 货代 装饰 装潢 装饰工程 建筑工程 园林 安装 门窗 眼镜 茶业 粮油 超市 商业管理 人力资源 劳务 保安 律师 会计师
    财务咨询 税务师 知识产权 专利 汽车销售 汽车服务 销售 营销 策划 设计 健康 健康管理 养老 体育 美容 美发 幼儿园 培训 学校 医院 诊所""".split()
)
_LONGEST = max(map(len, INDUSTRIES_HAN))

FORMS_LATIN = {
    form: family
    for family, forms in {
        "": "co company and & cie co.ltd",
        "english": "ltd limited inc incorporated corp corporation pte pty pvt private sdn bhd berhad ulc colimited coltd",
        "liability": "llc",
        "partnership": "llp lp lllp",
        "public": "plc pcl",
        "german": "gmbh mbh gesellschaft kg ohg ag aktiengesellschaft ek ug ev eg kgaa cokg gmbhcokg ggmbh gbr gesmbh",
        "french": "sa sas sarl eurl sasu snc sca",
        "dutch": "bv nv vof",
        "italian": "spa srl srls sapa",
        "nordic": "ab oy oyj as asa aps aktiebolag osakeyhtio aktieselskab aksjeselskap hf ehf",
        "japanese": "kk gk kabushiki kaisha",
        "korean": "jusighoesa jusikhoesa yuhanhoesa",
        "spanish": "sl slu sau saa lda ltda limitada eireli sadecv sderldecv sapidecv cv",
        "european": "se",
        "eastern": "sro zrt kft nyrt bt doo dooel spzoo spzo spk spj",
        "russian": "ooo oao zao pao nao",
        "baltic": "uab sia",
        "bulgarian": "eood ood ead",
        "gulf": "fze fzco fzc fzllc wll dmcc",
        "turkish": "anonim limitet sti",
        "indonesian": "tbk",
        "joint stock": "jsc ojsc cjsc pjsc",
    }.items()
    for form in forms.split()
}
"""Legal forms in Latin letters to the family of laws that they come from."""
FORMS_AT_THE_EDGE = {
    "pt": "indonesian",
    "cv": "indonesian",
    "ao": "russian",
    "ip": "russian",
    "ou": "baltic",
    "nl": "english",
    "pl": "english",
}
"""Forms that are words or initials elsewhere: only the first or last word of a name."""
FORMS_OF_SEVERAL_WORDS = tuple(
    (re.compile(rf"\b(?:{several})"), one)
    for several, one in (
        (r"(?:sp|spolka)\.? z ?o\.? ?o\b", "spzoo"),
        (r"sapi de cv\b", "sapidecv"),
        (r"sa de cv\b", "sadecv"),
        (r"s\.? de rl de cv\b", "sderldecv"),
        (r"sa rl\b", "sarl"),
        (r"a/s\b|a\. s\.$", "as"),
        (r"p/l\b", "pty"),
        (r"k\. k\.$", "kk"),
        (r"s\. r\. o\.$", "sro"),
        (r"d\. o\. o\.$", "doo"),
        (r"fz[- ]llc\b", "fzllc"),
        (r"public joint[- ]stock company\b", "pjsc"),
        (r"joint[- ]stock company\b", "jsc"),
        (r"sociedad anonima\b|societe anonyme\b|spolka akcyjna\b", "sa"),
        (r"societa per azioni\b", "spa"),
        (r"naamloze vennootschap\b", "nv"),
        (r"besloten vennootschap\b", "bv"),
        (r"hong kong\b", "hongkong"),
        (r"inner mongolia\b", "innermongolia"),
    )
)
"""Forms, and two regions, of several words to one, once the full stops between initials are gone. *Source*: ISO 20275."""
HINTS_OF_SEVERAL_WORDS = frozenset(
    "z de rl a p k r o fz stock anonima anonyme akcyjna azioni vennootschap hong inner".split()
)
NOISE_LATIN = frozenset("the of und et e de la le del".split())
GROUP_LATIN = frozenset("group holding holdings gruppe groupe".split())
BRANCH_LATIN = frozenset("branch zweigniederlassung succursale filiale sucursal".split())
INDUSTRIES_LATIN = frozenset(
    """technology technologies tech science sciences scientific information industry industries industrial international
    electronic electronics electric electrical equipment instrument instruments machinery manufacturing automobile auto parts
    chemical chemicals petrochemical energy power new material materials pharmaceutical pharmaceuticals pharma medical
    medicine bio biotech biotechnology biological trading trade commerce commercial development investment engineering
    construction real estate media culture food foods logistics transportation software data digital intelligent
    communication communications network semiconductor optical precision environmental environment protection service
    services supply chain management high smart""".split()
)


TRADES = {
    han: frozenset(latin.split())
    for han, latin in {
        "科技": "technology technologies tech", "技术": "technology technologies tech", "信息": "information", "电子": "electronics electronic",
        "电气": "electric electrical", "电器": "appliances electric", "电力": "power electric", "能源": "energy", "材料": "materials material",
        "生物": "bio biological biotech biopharma biotechnology", "医药": "pharmaceutical pharmaceuticals pharma biopharma medicine",
        "制药": "pharmaceutical pharmaceuticals pharma", "药业": "pharmaceutical pharmaceuticals pharma", "医疗": "medical healthcare",
        "机械": "machinery mechanical", "机电": "electromechanical", "设备": "equipment machinery", "仪器": "instrument instruments",
        "制造": "manufacturing", "汽车": "auto automobile automotive vehicle", "化工": "chemical chemicals", "化学": "chemical chemicals chemistry",
        "石油": "petroleum oil", "石化": "petrochemical", "钢铁": "steel iron", "有色": "nonferrous", "矿业": "mining", "煤": "coal", "水泥": "cement",
        "建材": "building", "建设": "construction", "建筑": "construction building architectural", "工程": "engineering",
        "地产": "estate property", "置业": "estate property", "投资": "investment", "证券": "securities", "保险": "insurance", "银行": "bank",
        "传媒": "media", "文化": "culture cultural", "影视": "film", "广告": "advertising", "出版": "publishing", "教育": "education", "旅游": "tourism travel",
        "酒店": "hotel hotels", "餐饮": "catering restaurant", "食品": "food foods", "饮料": "beverage beverages", "乳业": "dairy", "酒业": "distillery liquor wine",
        "农业": "agriculture agricultural", "纺织": "textile textiles", "服饰": "apparel clothing fashion", "服装": "garment apparel clothing fashion",
        "家居": "home furnishing", "家具": "furniture", "纸业": "paper", "包装": "packaging packing", "印刷": "printing", "物流": "logistics",
        "运输": "transport transportation", "航运": "shipping", "航空": "aviation airlines aerospace", "港口": "port", "环保": "environmental",
        "环境": "environment environmental", "水务": "water", "燃气": "gas", "供应链": "supply", "贸易": "trading trade", "商贸": "trading trade commerce",
        "进出口": "import export", "零售": "retail", "百货": "department", "网络": "network networks", "软件": "software", "数据": "data",
        "智能": "intelligent smart", "通信": "communication communications telecom", "光电": "optoelectronics optoelectronic photoelectric",
        "光学": "optics optical", "半导体": "semiconductor", "自动化": "automation", "咨询": "consulting", "管理": "management", "检测": "testing", "玻璃": "glass",
        "陶瓷": "ceramics", "橡胶": "rubber", "塑料": "plastic plastics", "塑胶": "plastic plastics", "重工": "heavy", "轴承": "bearing", "电缆": "cable",
    }.items()
}  # fmt: skip
"""Trades in Chinese to the words that stand for them in English names."""
_LATIN_TRADES = frozenset().union(*TRADES.values())


@lru_cache(maxsize=50_000)
def is_same_trade(han: str, latin: str) -> bool | None:
    """Whether what follows the brand in a Chinese and in an English core name is one trade; None when either has none."""
    wanted = [words for trade, words in TRADES.items() if trade in han]
    said = _LATIN_TRADES.intersection(latin.split())
    if not (wanted and said):
        return None
    return any(not words.isdisjoint(said) for words in wanted)


def form_of(name: str) -> str:
    """The legal form at the end of a Chinese name, the longest that fits; nothing when there is none."""
    for length in _LENGTHS_OF_FORMS:
        if (end := name[-length:]) in FORMS_HAN:
            return end
    return ""


def group_of(core: str) -> str:
    """The word for a group at the end of a Chinese name, if a name is left before it."""
    if core[-2:] not in {"集团", "控股"}:
        return ""
    found = _GROUP_HAN.search(core)
    return found[1] if found and found.start() >= 2 else ""


def without_branch(name: str) -> str:
    """A Chinese name without the word for a branch at its end; nothing when it is no branch's."""
    if name[-2:] not in _BRANCH_ENDS and name[-3:] not in _BRANCH_ENDS:
        return ""
    return name[: found.start()] if (found := _BRANCH_HAN.search(name)) else ""


def without_marks(name: str) -> str:
    """A short name without the marks of an exchange around it."""
    if name[:1].isascii() or name[-1:].isascii() or name[:1] == "退" or name[-1:] == "退":
        return _MARKS.sub("", _MARKS.sub("", name))
    return name


_NO_BRANDS = frozenset("中国 中华 国家 第一 第二 第三 新华 东方 人民".split())
"""What many names start with and what is no brand without its trade."""


def brand_of(core: str) -> str:
    """What is left of a Chinese core name when trade words at its end are taken off; never less than two characters."""
    length = _LONGEST
    while length:
        length = min(length, len(core) - 2)
        while length > 0 and (core[-length:] not in INDUSTRIES_HAN or core[:-length] in _NO_BRANDS):
            length -= 1
        if length > 0:
            core = core[:-length]
            length = _LONGEST
        else:
            break
    return core
