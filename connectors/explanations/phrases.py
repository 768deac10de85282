"""Every phrase that explanations are made of, in all languages, side by side."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class Language(StrEnum):
    """The languages of explanations."""

    EN = "en"
    ZH = "zh"


PHRASES: dict[str, dict[Language, str]] = {
    key: {Language.EN: english, Language.ZH: chinese}
    for key, english, chinese in (
        # weights
        ("for", "{n} times as likely if they are the same", "若为同一客户，出现的可能性是否则的 {n} 倍"),
        ("against", "speaks against it: {n} times as likely if they are different", "不支持同一客户：若为不同客户，出现的可能性是否则的 {n} 倍"),
        ("neutral", "says nothing either way", "不支持也不反对"),
        ("limited", "together they may count for no more: {bits} bits are taken off", "合计有上限：扣除 {bits} 比特"),
        ("million", "more than a million", "一百万以上"),
        ("prior", "Two records start at {bits} bits, before anything is looked at: so much has to speak for them to be the same.", "未看任何内容之前，两条记录从 {bits} 比特起算：至少要有这么多依据支持，才算同一客户。"),
        ("link-threshold", "Two records are joined from {bits} bits on.", "达到 {bits} 比特即合并。"),
        ("review-threshold", "From {bits} bits on a person is asked.", "达到 {bits} 比特即交由人工判断。"),
        # why
        ("why.direct", "The same customer: {left} and {right} are linked directly at {bits} bits.", "同一客户：{left} 与 {right} 直接关联，权重 {bits} 比特。"),
        ("why.asserted", "The same customer: a person said so.", "同一客户：人工认定。"),
        ("why.chain", "The same customer through other records: the strongest chain between the two has {n} links, the weakest of them at {bits} bits.", "通过其他记录属于同一客户：两者之间最强的链有 {n} 环，其中最弱一环为 {bits} 比特。"),
        ("why.chain.asserted", "The same customer through other records: people said so of each of the {n} links between the two.", "通过其他记录属于同一客户：两者之间的 {n} 环均由人工认定。"),
        ("why.pair-weight", "Side by side the two come to {bits} bits.", "两者直接相比为 {bits} 比特。"),
        ("why.record", "{record} is tied most strongly to {other}.", "{record} 与 {other} 的关联最强。"),
        ("why.customer", "The weakest link that the model gave among those that hold the records together is at {bits} bits.", "维系这些记录的链接中，模型给出的最弱一环为 {bits} 比特。"),
        ("why.customer.asserted", "People's decisions alone hold the records together.", "这些记录仅由人工认定维系。"),
        ("why.alone", "Nothing ties the records to others now.", "目前没有链接将其与其他记录相连。"),
        ("why.deleted", "Deleted at the source: {records}. A deleted record stays with its customer, but ties nothing any more.", "来源系统已删除：{records}。已删除的记录仍留在原客户中，但不再产生关联。"),
        ("link.match", "the model {model}", "模型 {model}"),
        ("link.assertion", "{actor} said on {when} that they are the same: {reason}", "{actor} 于 {when} 认定为同一客户：{reason}"),
        ("link.kept", "linked at its time under the model {model}", "当时由模型 {model} 关联"),
        # why not
        ("different", "{actor} said on {when} that {left} and {right} are different customers: {reason} (assertion {id}). To take it back, withdraw the assertion.", "{actor} 于 {when} 认定 {left} 与 {right} 为不同客户：{reason}（认定编号 {id}）。如需更改，请撤回该认定。"),
        ("deleted", "Deleted at the source: {records}. A deleted record is matched with nothing.", "来源系统已删除：{records}。已删除的记录不参与匹配。"),
        ("kinds", "One is a person, the other an organisation.", "一方为个人，另一方为机构。"),
        ("identifiers", "{left} has the valid {type} {left_values}, {right} has {right_values}, and nobody has two.", "{left} 的有效 {type} 为 {left_values}，{right} 的为 {right_values}，而同一客户不可能有两个。"),
        ("never-compared", "They were never compared: they share no blocking key.", "两者从未比较过：没有共同的分块键。"),
        ("meet", "They would meet if they agreed in {features}.", "若{features}一致，即会进行比较。"),
        ("meet.never", "Agreeing in one or two of the features that they have would not make them meet.", "即使已有特征中的一两项一致，也不会进行比较。"),
        ("below-threshold", "They come to {bits} bits, and {needed} are needed: {missing} are missing.", "两者合计 {bits} 比特，需要 {needed} 比特，还差 {missing} 比特。"),
        ("costs", "Most against it: {features}.", "最不利的特征：{features}。"),
        ("enough", "An equal {feature} would be enough ({bits} bits).", "若{feature}相同即可（{bits} 比特）。"),
        ("could-be-enough", "An equal {feature}, which neither has now, could be enough (up to {bits} bits).", "目前双方均无{feature}；若有且相同，可能足够（最多 {bits} 比特）。"),
        ("reviewed", "An equal {feature} would bring them before a person ({bits} bits).", "若{feature}相同，将交由人工判断（{bits} 比特）。"),
        ("nothing-enough", "No single feature would be enough.", "任何单一特征都不足以合并。"),
        ("cohesion", "Links lead from the one to the other, but over all {pairs} pairs the records come to {mean} bits on average, and at least {needed} are asked for.", "两者之间有链接，但全部 {pairs} 对记录的平均权重为 {mean} 比特，至少需要 {needed} 比特。"),
        ("cohesion.many", "Links lead from the one to the other, but on average their records do not agree well enough; there are too many to show it.", "两者之间有链接，但记录的平均一致程度不足；记录过多，无法逐一列出。"),
        ("cohesion.lowest", "{record} pulls it down: {mean} bits on average against the other customer.", "{record} 拉低了平均值：与另一客户平均 {mean} 比特。"),
        ("component", "{size} records hang together, more than the {largest} that are allowed; so links below {threshold} bits were dropped, and the strongest between the two is at {weight}.", "共有 {size} 条记录相连，超过允许的 {largest} 条；因此低于 {threshold} 比特的链接被舍弃，而两者之间最强的链接为 {weight} 比特。"),
        ("outdated", "Nothing keeps them apart under the model in force; they are joined when one of their records is next read.", "按现行模型没有任何理由将两者分开；下次读取其中任一记录时即会合并。"),
        # how
        ("registered", "customer {customer} is registered", "登记客户 {customer}"),
        ("linked", "{records} is linked", "关联 {records}"),
        ("moved", "{records} comes along from customer {other}", "{records} 自客户 {other} 转入"),
        ("unlinked", "{records} leaves for customer {other}", "{records} 转出至客户 {other}"),
        ("retired", "{records} is deleted at its source", "来源系统删除 {records}"),
        ("absorbed", "customer {other} turns out to be this one and is absorbed", "客户 {other} 与本客户相同，并入"),
        ("merged", "customer {customer} becomes part of {other}", "客户 {customer} 并入 {other}"),
        ("split-off", "customer {other} is split off", "客户 {other} 分出"),
        ("split-off.records", "customer {other} is split off with {records}", "客户 {other} 分出，带走 {records}"),
        ("restored", "customer {customer} stands alone again, apart from {other}", "客户 {customer} 重新独立，脱离 {other}"),
        ("asserted-same", "a person says that {records} is the same customer as {against}", "人工认定 {records} 与 {against} 为同一客户"),
        ("asserted-different", "a person says that {records} is a different customer from {against}", "人工认定 {records} 与 {against} 为不同客户"),
        ("because.match", "because it matches {other} at {bits} bits ({features}) under the model {model}", "原因：按模型 {model} 与 {other} 匹配，{bits} 比特（{features}）"),
        ("because.assertion", "because a person said that it is the same as {other}", "原因：人工认定与 {other} 为同一客户"),
        ("masked", "concerns a customer that this key may not see", "涉及该密钥无权查看的客户"),
        ("erased", "personal values were erased since", "个人信息已被清除"),
        ("more", "and {n} more", "及其他 {n} 条"),
        ("and", " and ", "和"),
        ("or", ", or in ", "或"),
        # features
        ("feature.strong", "official identifier", "法定标识号"),
        ("feature.document", "document number", "证件号码"),
        ("feature.number", "customer number", "其他编号"),
        ("feature.name", "name", "名称"),
        ("feature.birth", "date of birth", "出生日期"),
        ("feature.birth_place", "place of birth", "出生地"),
        ("feature.gender", "gender", "性别"),
        ("feature.occupation", "occupation", "职业"),
        ("feature.phone", "phone number", "电话号码"),
        ("feature.email", "e-mail address", "电子邮箱"),
        ("feature.domain", "web domain", "网站域名"),
        ("feature.postcode", "postcode", "邮政编码"),
        ("feature.street", "street address", "街道地址"),
        ("feature.place", "city and region", "省市"),
        ("feature.home", "places together", "地点合计"),
        ("feature.contact", "ways of contact together", "联系方式合计"),
        # levels of agreement
        ("level.equal", "equal", "相同"),
        ("level.different", "different", "不同"),
        ("level.slip", "equal but for a slip", "仅有笔误"),
        ("level.incomparable", "not comparable", "无法比较"),
        ("level.homophone", "sounds the same", "同音"),
        ("level.swapped", "parts swapped", "顺序互换"),
        ("level.close", "nearly equal", "非常接近"),
        ("level.subset", "one has more parts", "一方为另一方的一部分"),
        ("level.similar", "similar", "相似"),
        ("level.part", "agrees in part", "部分一致"),
        ("level.remote", "remotely alike", "略有相似"),
        ("level.given", "only the given name", "仅名字一致"),
        ("level.family", "only the family name", "仅姓氏一致"),
        ("level.unknown", "cannot be told", "无法判断"),
        ("level.apart", "far apart", "相差较大"),
        ("level.january", "equal, but 1 January", "相同，但为 1 月 1 日"),
        ("level.digit", "one digit differs", "一位数字不同"),
        ("level.two digits", "two digits differ", "两位数字不同"),
        ("level.year", "the same year", "同一年"),
        ("level.generation", "a generation apart", "相差一代"),
        ("level.mobile", "the same mobile number", "手机号相同"),
        ("level.landline", "the same landline", "固定电话相同"),
        ("level.hotline", "the same hotline", "服务热线相同"),
        ("level.other", "another number of its kind", "同类号码不同"),
        ("level.role", "the same shared mailbox", "公共邮箱相同"),
        ("level.area", "the same area", "同一区域"),
        ("level.number", "only the number", "仅门牌号一致"),
        ("level.street", "only the street", "仅街道一致"),
        ("level.city", "the same city", "同一城市"),
        ("level.province", "the same province", "同一省份"),
        ("level.neighbour", "a neighbouring place", "相邻地区"),
        ("level.core", "the same core name", "字号与行业相同"),
        ("level.short core", "the same short core name", "简短字号相同"),
        ("level.abbreviated", "abbreviated", "简称"),
        ("level.short abbreviated", "a short abbreviation", "简短简称"),
        ("level.abbreviated by sound", "abbreviated by sound", "读音简称"),
        ("level.translated", "translated", "译名"),
        ("level.romanised", "romanised", "拼音"),
        ("level.group", "the same group", "同一集团"),
        ("level.other form", "another legal form", "组织形式不同"),
        ("level.other region", "another region", "地区不同"),
        ("level.sister", "a sister company", "兄弟公司"),
        ("level.branch", "a branch", "分支机构"),
        ("level.limited", "limited", "有上限"),
        ("tier.common", "{level}, with a common part", "{level}，含常见部分"),
        ("tier.frequent", "{level}, a frequent name", "{level}，常见姓名"),
        # headings of tables
        ("column.feature", "feature", "特征"),
        ("column.agreement", "agreement", "一致程度"),
        ("column.bits", "bits", "比特"),
        ("column.meaning", "which means", "含义"),
        ("column.left", "left", "左"),
        ("column.right", "right", "右"),
        ("column.by", "by", "依据"),
        ("column.position", "position", "位置"),
        ("column.known", "known (UTC)", "得知时间（UTC）"),
        ("column.valid", "held (UTC)", "生效时间（UTC）"),
        ("column.what", "what", "事项"),
        ("title.closest", "The closest records of the two customers", "两个客户中最接近的记录"),
        ("title.chain", "The strongest chain between the two", "两者之间最强的链"),
        ("title.links", "Links", "链接"),
        ("title.steps", "Customer {customer}, step by step", "客户 {customer} 的形成过程"),
        ("title.more", "There are more: --after {after}", "还有更多：--after {after}"),
        ("title.more-links", "There are more: a higher --limit shows them.", "还有更多：调高 --limit 可查看。"),
    )
}  # fmt: skip


def say(key: str, language: Language, **values: Any) -> str:
    """The phrase *key*, filled with *values*."""
    return PHRASES[key][language].format(**values)


def label(kind: str, name: str, language: Language) -> str:
    """What people call the feature or level *name*; one that no phrase is known for keeps the model's name."""
    known = PHRASES.get(f"{kind}.{name}")
    return known[language] if known else name.replace("_", " ")
