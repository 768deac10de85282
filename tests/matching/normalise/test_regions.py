"""The table of regions holds together, and every name in it leads to a region of today."""

from __future__ import annotations

from importlib.resources import files

from matching.normalise.regions import latin_places, leading, names

ROWS = [
    (line + "\t\t\t\t").split("\t")[:5]
    for line in files("matching.normalise")
    .joinpath("regions.tsv")
    .read_text(encoding="utf-8")
    .splitlines()[1:]
]
TODAY = {code for code, _, _, until, _ in ROWS if not until}


def test_the_table_has_all_levels_and_the_past() -> None:
    assert sum(code.endswith("0000") for code in TODAY) == 34
    assert sum(code.endswith("00") for code in TODAY) > 360
    assert len(TODAY) > 3300
    assert len(ROWS) - len(TODAY) > 500


def test_what_took_a_regions_place_is_a_region_of_today() -> None:
    assert {now for _, _, _, _, now in ROWS if now} <= TODAY
    assert not [row for row in ROWS if row[4] and not row[3]], "only what has ended has a successor"


def test_a_name_holds_from_a_year_to_a_later_one() -> None:
    assert all(since <= until for _, _, since, until, _ in ROWS if since and until)


def test_every_full_name_leads_to_the_province_of_its_code() -> None:
    provinces = {code[:2]: leading(name)[0].province for code, name, *_ in ROWS if code.endswith("0000")}
    assert all(provinces.values())
    for code, name, *_ in ROWS:
        assert provinces[code[:2]] in {region.province for region in names()[name]}, (code, name)


def test_a_region_is_found_behind_its_province_and_city() -> None:
    for regions in names().values():
        for region in regions:
            city = "" if region.county.startswith(region.city) else region.city
            text = f"{region.province}{city}{region.county}"
            found, end = leading(text)
            assert (found.province, end) == (region.province, len(text)), (region, found)


def test_english_names_are_of_known_cities() -> None:
    cities = {(region.province, region.city) for regions in names().values() for region in regions}
    assert set(latin_places().values()) <= cities
