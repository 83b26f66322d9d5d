"""Which items of a batch are new.

An item is (`source`, `id`). The same content again is ignored and counted; a later `edited_at` is a revision;
anything else under a taken name is a conflict, which a person has to look at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

NEVER_EDITED = -(2**63)
"""`edited_at` of an item that was never edited: earlier than any edit."""

Key = tuple[str, str]
"""`source` and `id`."""


@dataclass(frozen=True, slots=True)
class KnownItem:
    """What is known of an accepted item.

    Attributes:
        content_hash: 16 bytes.
        edited_at: Microseconds since 1970; `NEVER_EDITED` where it never was.
        seq: The arrival number of its newest revision; 0 while it has none yet.
        account_hash: Of its author, as stored: signed.
    """

    content_hash: bytes
    edited_at: int
    seq: int = 0
    account_hash: int = 0


@dataclass(frozen=True, slots=True)
class Conflict:
    """An item whose name is taken by other content.

    Attributes:
        row: Which item of the batch.
        taken_by: What was accepted under its name.
        taken_in: The row of this same batch that took it; None where an earlier batch did.
    """

    row: int
    taken_by: KnownItem
    taken_in: int | None = None


@dataclass(frozen=True, slots=True)
class Admission:
    """What becomes of a batch.

    Attributes:
        accepted: Rows that are new or a revision, ascending.
        revisions: How many of those are revisions.
        duplicates: How many were accepted before with the same content.
        conflicts: Rows whose name is taken.
    """

    accepted: npt.NDArray[np.intp]
    revisions: int
    duplicates: int
    conflicts: tuple[Conflict, ...]


def admit(
    keys: Sequence[Key],
    hashes: Sequence[bytes],
    edited: Sequence[int],
    known: Mapping[Key, KnownItem],
) -> Admission:
    """Sort a batch into new items, revisions, duplicates and conflicts. Earlier rows count for later ones.

    Args:
        keys: Name of each item.
        hashes: 16-byte content hash of each.
        edited: `edited_at` of each in microseconds, or `NEVER_EDITED`.
        known: What is known of those that were accepted before.
    """
    if not known and len(set(keys)) == len(keys):  # the ordinary case: all new
        return Admission(np.arange(len(keys)), 0, 0, ())
    seen = dict(known)
    rows: dict[Key, int] = {}
    accepted: list[int] = []
    conflicts: list[Conflict] = []
    revisions = duplicates = 0
    for row, (key, content, edit) in enumerate(zip(keys, hashes, edited, strict=True)):
        before = seen.get(key)
        if before is not None and before.content_hash == content:
            duplicates += 1
        elif before is not None and edit <= before.edited_at:
            conflicts.append(Conflict(row, before, rows.get(key)))
        else:
            revisions += before is not None
            accepted.append(row)
            seen[key] = KnownItem(content, edit)
            rows[key] = row
    return Admission(np.array(accepted, np.intp), revisions, duplicates, tuple(conflicts))
