"""How far the false alarms of the groups of one column lie apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.random import Generator

from ._cells import RESAMPLES
from ._groups import GroupQuality
from ._measured import Measured, bootstrapped

GAP_ROWS: Final = 50
"""Rows without the label that a group must have to count in a gap."""

_BY_CHANCE: Final = 95  # per cent


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """The distance between the groups with the most and the fewest false alarms.

    The largest of many uncertain numbers minus the smallest is too large on average, and so are its
    resamples. Read it beside `by_chance`.

    Attributes:
        label: Which label.
        column: What the rows are grouped by.
        groups: How many groups are compared: those with at least `GAP_ROWS` rows without the label.
        left_out: How many have fewer.
        most: The group with the most false alarms.
        fewest: The one with the fewest.
        false_positive_rate: The distance; bootstrap interval, groups resampled each for itself.
        by_chance: What the distance stays below in 95 % of cases, were all groups alike and of these sizes.
    """

    label: str
    column: str
    groups: int
    left_out: int
    most: str
    fewest: str
    false_positive_rate: Measured
    by_chance: float


def gap(groups: Sequence[GroupQuality], chance: Generator) -> Gap | None:
    """The gap between the groups of one label and column; None where fewer than two have the rows."""
    large = [group for group in groups if group.rows - group.positives >= GAP_ROWS]
    rates = np.array([one.false_positive_rate.value for one in large if one.false_positive_rate])
    if len(rates) < 2:
        return None
    rows = np.array([group.rows - group.positives for group in large])
    drawn, alike = (
        np.ptp(chance.binomial(rows, share, size=(RESAMPLES, len(rows))) / rows, axis=1)
        for share in (rates, float(rates @ rows / rows.sum()))
    )
    found = bootstrapped(float(np.ptp(rates)), drawn)
    if found is None:
        raise AssertionError("a distance of numbers is defined")
    return Gap(
        label=large[0].label,
        column=large[0].column,
        groups=len(large),
        left_out=len(groups) - len(large),
        most=large[int(rates.argmax())].group,
        fewest=large[int(rates.argmin())].group,
        false_positive_rate=found,
        by_chance=float(np.percentile(alike, _BY_CHANCE)),
    )
