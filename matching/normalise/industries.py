"""Words that tell a company's form and trade rather than its brand."""

from __future__ import annotations

import re
from functools import lru_cache

FORM_HAN = re.compile(
    r"(股份有限公司|有限责任公司|有限公司|股份公司|总公司|公司|株式会社|有限合伙企业|合伙企业|有限合伙|事务所|厂)$"
)
GROUP_HAN = re.compile(r"(控股集团|集团控股|集团|控股)$")
BRANCH_HAN = re.compile(r"(分公司|分行|支行|分店|办事处|营业部|分厂|分部)$")
MARKS = re.compile(
    r"^(?:\*?st|s\*?st|sst|n|xd|xr|dr|退市)(?=[㐀-鿿])|退$|(?<=[㐀-鿿])(?:[ab]|-[a-z]{1,3}|股份[ab])$"
)
"""Marks that exchanges put around short names: special treatment, share class, ex-dividend."""

INDUSTRIES_HAN = tuple(
    sorted(
        """科技 技术 信息 产业 实业 工业 电子 电气 电器 电力 能源 新能源 材料 新材料 生物 医药 制药 药业 医疗 医疗器械 器械 机械 机电 装备
    设备 仪器 仪表 精密 精工 制造 汽车 零部件 汽配 化工 化学 石化 石油 钢铁 有色 金属 矿业 煤业 煤炭 水泥 建材 建设 建筑 工程 置业 地产
    房地产 发展 开发 投资 资本 金融 证券 保险 银行 信托 期货 传媒 文化 影视 广告 出版 教育 旅游 酒店 餐饮 食品 饮料 乳业 酒业 农业 牧业 渔业
    种业 林业 纺织 服饰 服装 家居 家具 家电 日化 纸业 包装 印刷 物流 运输 航运 航空 港口 高速 铁路 环保 环境 水务 燃气 热力 供应链 贸易 商贸
    商业 百货 零售 连锁 进出口 国际 网络 软件 数据 数码 数字 智能 通信 通讯 光电 光学 半导体 微电子 芯片 自动化 控制 服务 咨询 管理 检测
    股份 集团 控股 生物科技 生物技术 信息技术 电子科技 热电 重工 轴承 电缆 线缆 玻璃 陶瓷 橡胶 塑料 塑胶 化纤 高新 城市 公用 事业 企业 总""".split(),
        key=len,
        reverse=True,
    )
)
_INDUSTRY_TAIL = re.compile(rf"(?:{'|'.join(INDUSTRIES_HAN)})$")

FORMS_LATIN = {
    form: family
    for family, forms in {
        "": "co company and &",
        "english": "ltd limited inc incorporated corp corporation pty pte",
        "liability": "llc",
        "partnership": "llp lp",
        "public": "plc",
        "german": "gmbh mbh gesellschaft kg ohg ag aktiengesellschaft ek ug ev eg kgaa cokg gmbhcokg",
        "french": "sa sas sarl",
        "dutch": "bv nv",
        "italian": "spa srl",
        "nordic": "ab oy oyj as asa aps",
        "japanese": "kk",
        "spanish": "sl lda ltda",
        "european": "se",
        "eastern": "sro zrt kft doo",
    }.items()
    for form in forms.split()
}
"""Legal forms in Latin letters to the family of laws that they come from."""
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


def brand_of(core: str) -> str:
    """What is left of a Chinese core name when trade words at its end are taken off; never less than two characters."""
    while (found := _INDUSTRY_TAIL.search(core)) and found.start() >= 2:
        core = core[: found.start()]
    return core
