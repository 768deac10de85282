"""Which column of a table means what: the canonical columns, and the names under which other systems export them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matching.normalise.text import fold, words

CANONICAL = (
    "record_id", "source", "kind",
    "name", "organisation_name", "short_name", "given_name", "middle_name", "family_name", "native_name", "english_name",
    "former_name", "birth_date", "birth_place", "gender", "occupation",
    "address", "street", "house_number", "district", "city", "region", "postcode", "country",
    "phone", "email", "website",
    "uscc", "national_id", "passport", "drivers_license", "ssn", "tax_id", "lei", "other_id",
)  # fmt: skip
"""The columns that the matching knows. All but `record_id` may be missing; names and addresses come whole or in parts."""

ALIASES: Mapping[str, str] = {
    alias: column
    for column, aliases in {
        "record_id": "id, unique id, rec id, recid, row id, customer id, uid, key, 编号, 客户编号",
        "source": "data source, source dataset, source system, system, dataset, 来源",
        "kind": "record type, entity type, party type, type of party, 类型",
        "name": "full name, fullname, customer name, person name, name full, display name, 名称, 客户名称",
        "organisation_name": "organization name, organisation, organization, company, company name, org name, name org, business name, legal name, firm, 公司名称, 企业名称, 单位名称, 公司, 企业",
        "short_name": "trade name, trading name, alias, 简称, 公司简称",
        "given_name": "first name, firstname, forename, forenames, givenname, fname, name first, 名",
        "middle_name": "middlename, second name, name middle",
        "family_name": "last name, lastname, surname, familyname, lname, name last, 姓",
        "native_name": "local name, name native, chinese name, name cn, 姓名, 中文名, 中文名称",
        "english_name": "name en, name english, 英文名, 英文名称",
        "former_name": "previous name, old name, maiden name, birth name, 曾用名",
        "birth_date": "dob, date of birth, birthdate, birthday, born, 出生日期, 生日",
        "birth_place": "birthplace, place of birth, pob, born in, 出生地, 籍贯",
        "gender": "sex, 性别",
        "occupation": "profession, job, job title, 职业",
        "address": "full address, address line, address full, addr, addr full, street address, postal address, 地址, 住址, 注册地址, 联系地址",
        "street": "street name, address 1, address1, addr1, address line 1, addr line1, road, 街道",
        "house_number": "street number, house no, house nr, house, building number, number, 门牌号",
        "district": "address 2, address2, addr2, address line 2, county, 区县, 区",
        "city": "suburb, town, locality, addr city, 城市, 市",
        "region": "state, province, addr state, 省, 省份",
        "postcode": "zip, zipcode, zip code, postal code, postalcode, post code, addr postal code, 邮编, 邮政编码",
        "country": "country code, addr country, nation, 国家",
        "phone": "phone number, telephone, tel, mobile, mobile phone, cell, phone1, 电话, 手机, 手机号, 联系电话",
        "email": "e mail, mail, email address, 邮箱, 电子邮件, 电子邮箱",
        "website": "web site, url, web, homepage, domain, www, 网站, 网址, 官网",
        "uscc": "unified social credit code, social credit code, 统一社会信用代码, 信用代码",
        "national_id": "national identifier, id number, id card, resident id, nin, 身份证, 身份证号, 身份证号码",
        "passport": "passport number, passport no, 护照, 护照号",
        "drivers_license": "driving licence, drivers license number, driver license, licence number, 驾照",
        "ssn": "social security number, soc sec id, social security",
        "tax_id": "tax number, tax no, vat, vat number, vat id, tin, ein, 税号",
        "lei": "legal entity identifier",
    }.items()
    for alias in (fold(a) for a in aliases.split(","))
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """*columns* says for each canonical column which columns of the table feed it; *unused* are left out."""

    columns: Mapping[str, Sequence[str]]
    unused: Sequence[str]


class ColumnError(ValueError):
    """A column that was named is not there, or does not exist among the canonical ones."""


def usual_names(canonical: str) -> list[str]:
    """The names under which a canonical column is known besides its own."""
    return [alias for alias, column in ALIASES.items() if column == canonical]


def map_columns(found: Sequence[str], wanted: Mapping[str, Sequence[str]]) -> Mapped:
    """Map the columns *found* in a table; *wanted* are the user's own choices, which come first.

    A canonical name means itself; else a column is known by one of its usual names, if no other column has that meaning.
    """
    columns: dict[str, list[str]] = {}
    for canonical, names in wanted.items():
        if canonical not in CANONICAL:
            raise ColumnError(
                f"--map {canonical}: no such canonical column; --columns lists them: {', '.join(CANONICAL)}"
            )
        for name in names:
            if name not in found:
                raise ColumnError(
                    f"--map {canonical}={name}: the table has no column {name!r}; it has {', '.join(found)}"
                )
        columns[canonical] = list(names)
    taken = {name for names in columns.values() for name in names}
    for name in found:
        if name in CANONICAL and name not in taken and name not in columns:
            columns[name] = [name]
            taken.add(name)
    for meaning in (_alias, _part):
        for name in found:
            known = meaning(name)
            if name not in taken and known and known not in columns:
                columns[known] = [name]
                taken.add(name)
    return Mapped(columns=columns, unused=[name for name in found if name not in taken])


def _alias(name: str) -> str | None:
    plain = " ".join(words(fold(name).replace("_", " ")))
    return plain.replace(" ", "_") if plain.replace(" ", "_") in CANONICAL else ALIASES.get(plain)


def _part(name: str) -> str | None:
    """A column whose name holds a plain word for a way to reach somebody: ``billing_postcode``, ``contact email``."""
    for word in words(fold(name).replace("_", " ")):
        meaning = word if word in TELLING else ALIASES.get(word)
        if meaning in TELLING:
            return meaning
    return None


TELLING = frozenset({"postcode", "phone", "email", "city", "website", "address", "street"})
