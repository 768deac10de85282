"""Candidate pairs: records that share a blocking key, each pair once."""

from __future__ import annotations

import numpy as np

from matching.bulk.encode import Blocking, Codes, Numbers


def candidate_pairs(holders: Codes, keys: Numbers, max_block: int) -> tuple[Codes, Codes]:
    """The pairs (left < right) of records that share a key which at most *max_block* records have, in order."""
    order, starts, sizes = _blocks(holders, keys)
    members = holders[order]
    found: list[Numbers] = []
    for size in np.unique(sizes[(sizes > 1) & (sizes <= max_block)]):
        blocks = members[starts[sizes == size][:, None] + np.arange(size)]
        first, second = np.triu_indices(size, 1)
        found.append((blocks[:, first].astype(np.int64) << 32 | blocks[:, second]).ravel())
    if not found:
        return np.empty(0, np.int32), np.empty(0, np.int32)
    pairs = np.concatenate(found)
    pairs.sort()
    pairs = pairs[np.r_[True, pairs[1:] != pairs[:-1]]]
    return (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32)


def pairs_by_family(blocking: Blocking, max_block: int) -> Numbers:
    """How many pairs the keys of each family make."""
    order, starts, sizes = _blocks(blocking.holders, blocking.keys)
    if not len(starts):
        return np.zeros(256, np.int64)
    made = np.where(sizes <= max_block, sizes * (sizes - 1) // 2, 0)
    return np.bincount(blocking.families[order][starts], weights=made, minlength=256).astype(np.int64)


def _blocks(holders: Codes, keys: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """An order of the holders by key and then by number; where each key starts in it, and how many have it."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(keys) else np.empty(0, np.int64)
    return order, starts, np.diff(np.r_[starts, len(keys)])
