"""Resolution: from an intake batch to commands, by finding out which source records are the same customer.

The customers are a pure function of the current source records, the assertions and the frozen model: not of arrival
order, batch size, number of workers, nor of whether they came by stream or in bulk. Read ``items.py`` (what comes in),
``index.py`` (what is remembered to find candidates), ``graph.py`` (records → clusters), ``lineage.py`` (who had brought
which record), ``plan.py`` (clusters → customers), ``changes.py`` (customers → commands), ``resolver.py`` (one transaction a
batch) and ``steward.py`` (people's decisions); then ``review.py`` (who is in doubt), ``cases.py`` and ``desk.py`` (what people
say to it), ``contradictions.py`` and ``four_eyes.py`` (what they may not say, or not alone).
"""
