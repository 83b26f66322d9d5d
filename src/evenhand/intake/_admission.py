"""Which items of a batch are new.

An item is (`source`, `id`). The same content again is ignored and counted, and so is a revision older than
what is known, as every export from before an edit holds it. A later `edited_at` is a revision. Anything else
under a taken name is a conflict, which a person has to look at: other content of the same time, and whatever
changes what no edit changes, which is the author, and whether it is an ad, a page or another item. Those say
whom a case is about and who is told of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from evenhand.vocabulary import Subject, SubjectKind

from ._schema import KINDS

NEVER_EDITED = -(2**63)
"""`edited_at` of an item that was never edited: earlier than any edit."""

Key = tuple[str, str]
"""`source` and `id`."""

Owner = tuple[int, SubjectKind]
"""What no edit changes: the author's account hash, signed as it is stored, and the kind of subject it is."""

_SUBJECTS: Final = MappingProxyType(
    {kind: Subject.of_item(item_kind=kind, source="any", id="any").kind for kind in KINDS}
)


@dataclass(frozen=True, slots=True)
class KnownItem:
    """What is known of an accepted item.

    Attributes:
        content_hash: 16 bytes.
        edited_at: Microseconds since 1970; `NEVER_EDITED` where it never was.
        seq: The arrival number of its newest revision; 0 while it has none yet.
        account_hash: Of its author, as stored: signed.
        subject: What a case about it is about.
    """

    content_hash: bytes
    edited_at: int
    seq: int = 0
    account_hash: int = 0
    subject: SubjectKind = SubjectKind.ITEM

    def is_met_by(self, content: bytes, edited_at: int, owner: Owner) -> bool:
        """Whether a row brings nothing new: the same content, or an older revision by the same author."""
        return self.content_hash == content or (edited_at < self.edited_at and not self.changed_by(owner))

    def changed_by(self, owner: Owner) -> tuple[str, ...]:
        """The columns in which a row differs that no edit changes."""
        account, subject = owner
        differs = {"author": account != self.account_hash, "kind": subject is not self.subject}
        return tuple(name for name, other in differs.items() if other)


@dataclass(frozen=True, slots=True)
class Conflict:
    """An item whose name is taken by other content.

    Attributes:
        row: Which item of the batch.
        taken_by: What was accepted under its name.
        taken_in: The row of this same batch that took it; None where an earlier batch did.
        changed: The columns in which they differ and that no edit changes; empty where the times are at odds.
    """

    row: int
    taken_by: KnownItem
    taken_in: int | None = None
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Admission:
    """What becomes of a batch.

    Attributes:
        accepted: Rows that are new or a revision, ascending.
        revisions: How many of those are revisions.
        duplicates: How many were accepted before with the same content, or are older than what is known.
        conflicts: Rows whose name is taken.
    """

    accepted: npt.NDArray[np.intp]
    revisions: int
    duplicates: int
    conflicts: tuple[Conflict, ...]


def owners(items: pa.Table, accounts: npt.NDArray[np.uint64]) -> list[Owner]:
    """The owner of each item, from its kind and its account hash."""
    kinds = (_SUBJECTS[str(kind)] for kind in items.column("kind").to_pylist())
    return list(zip(accounts.view(np.int64).tolist(), kinds, strict=True))


def admit(
    keys: Sequence[Key],
    hashes: Sequence[bytes],
    edited: Sequence[int],
    owned: Sequence[Owner],
    known: Mapping[Key, KnownItem],
) -> Admission:
    """Sort a batch into new items, revisions, duplicates and conflicts. Earlier rows count for later ones.

    Args:
        keys: Name of each item.
        hashes: 16-byte content hash of each.
        edited: `edited_at` of each in microseconds, or `NEVER_EDITED`.
        owned: Owner of each.
        known: What is known of those that were accepted before.
    """
    if not known and len(set(keys)) == len(keys):  # the ordinary case: all new
        return Admission(np.arange(len(keys)), 0, 0, ())
    seen = dict(known)
    rows: dict[Key, int] = {}
    accepted: list[int] = []
    conflicts: list[Conflict] = []
    revisions = duplicates = 0
    for row, (key, content, edit, owner) in enumerate(zip(keys, hashes, edited, owned, strict=True)):
        before = seen.get(key)
        if before is not None and before.is_met_by(content, edit, owner):
            duplicates += 1
        elif before is not None and (before.changed_by(owner) or edit <= before.edited_at):
            conflicts.append(Conflict(row, before, rows.get(key), before.changed_by(owner)))
        else:
            revisions += before is not None
            accepted.append(row)
            seen[key] = KnownItem(content, edit, 0, *owner)
            rows[key] = row
    return Admission(np.array(accepted, np.intp), revisions, duplicates, tuple(conflicts))
