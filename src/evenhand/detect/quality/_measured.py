"""Figures with their intervals of 95 %."""

from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_PERCENTILES: Final = (2.5, 97.5)
_Z: Final = 1.959963984540054  # what a standard normal variable stays below in 97.5 % of cases


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure with its 95 % interval: 0 to 1, or -1 to 1 for a difference."""

    value: float
    low: float
    high: float


def wilson(hits: float, rows: float) -> Measured | None:
    """A share of independent rows with its score interval; None of no rows.

    E. B. Wilson 1927, Probable inference, the law of succession, and statistical inference, J. Am. Stat.
    Assoc. 22, 209-212. It keeps its width where the share is 0 or 1: of 3 rows that are all hits, 0.438-1.
    """
    if not rows:
        return None
    share = hits / rows
    square = _Z * _Z / rows
    middle = (share + square / 2) / (1 + square)
    reach = _Z / (1 + square) * sqrt(share * (1 - share) / rows + square / (4 * rows))
    low = 0.0 if hits == 0 else max(middle - reach, 0.0)
    return Measured(share, low, 1.0 if hits == rows else min(middle + reach, 1.0))


def bootstrapped(value: float, drawn: Floats) -> Measured | None:
    """A figure with the percentile interval of its resamples; None if it is undefined.

    B. Efron and R. J. Tibshirani 1993, An Introduction to the Bootstrap, chapter 13.

    Args:
        value: Of the rows as they are; NaN where undefined.
        drawn: Shape (R,): of R resamples; those in which it is undefined are left out.
    """
    if np.isnan(value):
        return None
    low, high = np.percentile(drawn[~np.isnan(drawn)], _PERCENTILES)
    return Measured(float(value), float(low), float(high))
