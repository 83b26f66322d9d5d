"""What can be proved later: commitments, leaves and chains. Knows bytes, not cases.

Tiles, checkpoints, proofs and witnesses are built over what stands here: a store holds each leaf as a pending
entry from the first event on, so nothing that happened before the log was published is missing from it.
"""

from ._leaves import (
    GENESIS,
    LARGEST,
    Leaf,
    canonical,
    commitment,
    leaf_hash,
    minute,
    next_leaf,
    verify_chain,
    verify_payload,
)

__all__ = [
    "GENESIS",
    "LARGEST",
    "Leaf",
    "canonical",
    "commitment",
    "leaf_hash",
    "minute",
    "next_leaf",
    "verify_chain",
    "verify_payload",
]
