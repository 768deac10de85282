"""Words that tell a company's form and trade rather than its brand."""

from __future__ import annotations

import re

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
        "english": "ltd limited inc incorporated corp corporation llc llp lp plc pty pte",
        "german": "gmbh mbh kg ohg ag aktiengesellschaft ug ev eg kgaa cokg gmbhcokg",
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


def brand_of(core: str) -> str:
    """What is left of a Chinese core name when trade words at its end are taken off; never less than two characters."""
    while (found := _INDUSTRY_TAIL.search(core)) and found.start() >= 2:
        core = core[: found.start()]
    return core
