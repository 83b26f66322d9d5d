"""Which of many places lie closest to one."""

from collections.abc import Iterable, Sequence
from heapq import nlargest
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

_DIGITS = 4  # of a cosine: what 16-bit coordinates can tell apart

Name = TypeVar("Name", bound=tuple[str, ...])
Places = npt.NDArray[np.floating[Any]]


def nearest(
    place: Places, others: Iterable[tuple[Sequence[Name], Places]], *, least: float, most: int
) -> list[tuple[float, Name]]:
    """The names of the closest places with their cosines, the closest first; of equals the greatest name.

    Args:
        place: Shape (width,), of length 1.
        others: Names and their places, shape (N, width), each of length 1; block by block, so that no more
            than one block has to fit in memory.
        least: Cosine from which a place counts as close.
        most: How many at most.
    """
    vector = place.astype(np.float32)
    found: list[tuple[float, Name]] = []
    for names, places in others:
        cosines = np.round((places.astype(np.float32) @ vector).astype(np.float64), _DIGITS)
        close = [(float(cosines[row]), names[row]) for row in np.flatnonzero(cosines >= least).tolist()]
        found = nlargest(most, [*found, *close])
    return found
