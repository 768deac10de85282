"""Candidate pairs: records that share a blocking key, each pair once."""

from __future__ import annotations

import numpy as np

from matching.bulk.encode import Codes, Numbers


def candidate_pairs(holders: Codes, keys: Numbers, max_block: int) -> tuple[Codes, Codes]:
    """The pairs (left < right) of records that share a key which at most *max_block* records have, in order."""
    if not len(keys):
        empty = np.empty(0, np.int32)
        return empty, empty
    order = np.lexsort((holders, keys))
    sorted_keys, members = keys[order], holders[order]
    starts = np.flatnonzero(np.r_[True, sorted_keys[1:] != sorted_keys[:-1]])
    sizes = np.diff(np.r_[starts, len(sorted_keys)])
    found: list[Numbers] = []
    for size in np.unique(sizes[(sizes > 1) & (sizes <= max_block)]):
        blocks = members[starts[sizes == size][:, None] + np.arange(size)]
        first, second = np.triu_indices(size, 1)
        found.append((blocks[:, first].astype(np.int64) << 32 | blocks[:, second]).ravel())
    if not found:
        return np.empty(0, np.int32), np.empty(0, np.int32)
    pairs = np.unique(np.concatenate(found))
    return (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32)
