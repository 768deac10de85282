"""Entity resolution without a hub: which records are the same person or organisation, and why.

`prepare` normalises a record once; `Prepared.keys` are its blocking keys; `weigh` gives the weight of a pair in integer
centi-bits (`explain` the same with its evidence); `partition` turns pairs into clusters; `bulk` does all at once.
All of them depend on the records and the frozen, versioned `Model` alone.
"""

from matching.bulk import bulk, raw_edges
from matching.cluster.partition import partition
from matching.compare.weigh import weigh
from matching.explain import explain
from matching.model import Model, default_model, dump_model
from matching.prepare import Prepared, dump, load, prepare
from matching.record import Assertion, Edge, Feature, Record, Weight

__all__ = [
    "Assertion",
    "Edge",
    "Feature",
    "Model",
    "Prepared",
    "Record",
    "Weight",
    "bulk",
    "default_model",
    "dump",
    "dump_model",
    "explain",
    "load",
    "partition",
    "prepare",
    "raw_edges",
    "weigh",
]
