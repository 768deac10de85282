"""From a source record's paths to the attributes that the matching knows."""

from __future__ import annotations

from collections.abc import Mapping

from hub.kernel.source_record import SourceRecord
from matching import Record

ATTRIBUTES: Mapping[str, str] = {
    "name.full": "name",
    "name.legal": "organisation_name",
    "name.trade": "short_name",
    "name.short": "short_name",
    "name.alias": "short_name",
    "name.former": "former_name",
    "name.english": "english_name",
    "name.native": "native_name",
    "name.given": "given_name",
    "name.middle": "middle_name",
    "name.family": "family_name",
    "contact.phone": "phone",
    "contact.mobile": "phone",
    "contact.email": "email",
    "contact.website": "website",
    "contact.web": "website",
    "person.birth_date": "birth_date",
    "person.birthDate": "birth_date",
    "person.birth_place": "birth_place",
    "person.gender": "gender",
    "person.occupation": "occupation",
    "identifier.uscc": "uscc",
    "identifier.national_id": "national_id",
    "identifier.cn-rid": "national_id",
    "identifier.passport": "passport",
    "identifier.drivers_license": "drivers_license",
    "identifier.ssn": "ssn",
    "identifier.tax_id": "tax_id",
    "identifier.tax-no": "tax_id",
    "identifier.lei": "lei",
}
ADDRESS_PARTS: Mapping[str, str] = {
    "text": "address",
    "raw": "address",
    "street": "street",
    "house_number": "house_number",
    "district": "district",
    "city": "city",
    "region": "region",
    "province": "region",
    "postcode": "postcode",
    "postalCode": "postcode",
    "country": "country",
}


def to_matching(record: SourceRecord) -> Record:
    """*record* as the matching sees it; paths that it does not know weigh nothing.

    Of several addresses that are given in parts the first use by name is compared part by part.
    """
    attributes: dict[str, list[str]] = {}
    uses = sorted(
        {
            v.path.split(".")[1]
            for v in record.values
            if v.path.startswith("address.") and v.path.count(".") > 1
        }
    )
    first_use = next(iter(uses), "")
    for value in record.values:
        attribute = _attribute(value.path.partition("[")[0], first_use)
        if attribute is None:
            continue
        text = value.value if attribute != "other_id" else f"{value.path.partition('.')[2]}:{value.value}"
        known = attributes.setdefault(attribute, [])
        if text and text not in known:
            known.append(text)
    return Record(
        key=str(record.key),
        kind=record.kind.value,
        attributes={name: tuple(texts) for name, texts in attributes.items()},
    )


def attribute_of(path: str) -> str | None:
    """The attribute that a value at *path* feeds, whatever the use of the address; None for one that weighs nothing."""
    plain = path.partition("[")[0]
    uses = plain.split(".")
    return _attribute(plain, uses[1] if len(uses) > 1 else "")


def _attribute(path: str, first_use: str) -> str | None:
    known = ATTRIBUTES.get(path)
    if known is not None:
        return known
    if path.startswith("address."):
        _, _, rest = path.partition(".")
        use, _, part = rest.rpartition(".")
        attribute = ADDRESS_PARTS.get(part)
        return attribute if attribute == "address" or use == first_use else None
    return "other_id" if path.startswith("identifier.") else None
