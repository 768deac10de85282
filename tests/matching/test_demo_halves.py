"""The Chinese customers of the demo are found as well as the international ones."""

from __future__ import annotations

from connectors.contracts import Observed
from connectors.contracts.cloudevents import decode
from connectors.contracts.registry import read
from connectors.demo import UNITS, DemoData, generate, pair_figures
from hub.kernel.source_record import SourceRecord
from hub.resolution.translate import to_matching
from matching import bulk, default_model

TOLERANCE = 0.02
"""By how much the F1 of the Chinese half may be lower."""


def _current(data: DemoData) -> list[SourceRecord]:
    """The last reading of every record that still exists and has a true customer."""
    found: dict[str, SourceRecord] = {}
    for message in data.messages:
        if message.defect or message.key not in data.truth or message.key in data.retired:
            continue
        said = read(decode(message.value), UNITS.keys())
        if isinstance(said, Observed):
            known = found.get(message.key)
            if known is None or said.record.freshness > known.freshness:
                found[message.key] = said.record
    return list(found.values())


def test_the_chinese_half_is_found_as_well_as_the_international_one() -> None:
    data = generate(seed=11, scale=0.2)
    records = _current(data)
    clusters = bulk([to_matching(record) for record in records], default_model())
    keys = [str(record.key) for record in records]
    china = {key: data.truth[key] for key in keys if data.truth[key] in data.chinese}
    world = {key: data.truth[key] for key in keys if data.truth[key] not in data.chinese}
    here, abroad = pair_figures(clusters, china), pair_figures(clusters, world)
    assert min(here.true_pairs, abroad.true_pairs) > 500
    assert here.f1 >= abroad.f1 - TOLERANCE, (here.f1, abroad.f1)
    assert here.precision >= abroad.precision - TOLERANCE, (here.precision, abroad.precision)
