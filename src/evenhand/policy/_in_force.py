"""Which version of a policy judges which item.

An item is judged by the version in force when it was posted; without a date, or before the policy's first
version, by the one in force at the scan that evaluates it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from evenhand.errors import BadInput
from evenhand.vocabulary import Bools, PolicyId

from ._policy import Policy

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """One version of a policy, and since when it is in force."""

    policy: Policy
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Items that the same versions judge.

    Attributes:
        versions: One per policy, by policy id.
        rows: Which items, ascending.
    """

    versions: tuple[InForce, ...]
    rows: npt.NDArray[np.intp]


class Timeline:
    """All versions of all policies that were ever in force here."""

    def __init__(self, versions: Sequence[InForce]) -> None:
        self._by_policy: dict[PolicyId, list[InForce]] = {}
        for version in sorted(versions, key=lambda version: version.since):
            self._by_policy.setdefault(version.policy.ref.policy, []).append(version)
        self._changes = sorted({version.since for version in versions})

    def version(self, content_hash: str) -> Policy | None:
        """The version of that content hash; None where there was never one."""
        versions = (version.policy for history in self._by_policy.values() for version in history)
        return next((policy for policy in versions if policy.ref.content_hash == content_hash), None)

    def at(self, posted: datetime | None, *, now: datetime) -> tuple[InForce, ...]:
        """The versions that judge an item, one per policy.

        Args:
            posted: When it was posted; None where unknown.
            now: When it is evaluated.
        """
        return tuple(
            _version(history, posted) or _version(history, now) or history[0]
            for _, history in sorted(self._by_policy.items())
        )

    def judge(self, posted: npt.NDArray[np.int64], dated: Bools, *, now: datetime) -> list[Judged]:
        """Sort a batch by the versions that judge it.

        Args:
            posted: Shape (N,): microseconds since 1970.
            dated: Shape (N,): whether the item says when it was posted.
            now: When it is evaluated.
        """
        if not self._by_policy:
            raise BadInput("no policy is in force", mend="name one with --policy DIR")
        edges = np.array([(change - _EPOCH) // _MICROSECOND for change in self._changes], np.int64)
        spans = np.where(dated, np.searchsorted(edges, posted, side="right"), 0)
        sets: dict[tuple[str, ...], tuple[InForce, ...]] = {}
        rows: dict[tuple[str, ...], list[npt.NDArray[np.intp]]] = {}
        for span in np.unique(spans):
            versions = self.at(self._changes[span - 1] if span else None, now=now)
            key = tuple(version.policy.ref.content_hash for version in versions)
            sets[key] = versions
            rows.setdefault(key, []).append(np.flatnonzero(spans == span))
        return [
            Judged(versions=sets[key], rows=np.sort(np.concatenate(parts))) for key, parts in rows.items()
        ]


_MICROSECOND = (_EPOCH.replace(microsecond=1)) - _EPOCH


def _version(history: Sequence[InForce], moment: datetime | None) -> InForce | None:
    if moment is None:
        return None
    return next((version for version in reversed(history) if version.since <= moment), None)
