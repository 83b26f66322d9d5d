"""Which rows stand in which group, and what is drawn for it."""

import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.random import Generator

from evenhand.errors import BadInput
from evenhand.vocabulary import Bools, Column, Columns

from ._cells import Places

ALL: Final = "all"
MOST_GROUPS: Final = 500
"""Groups of one column that are judged: those with the most rows."""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that share the value of a column.

    Attributes:
        column: Which; `all` for all rows.
        name: The value; `all` for all rows.
        rows: Their numbers, rising.
    """

    column: str
    name: str
    rows: Places


@dataclass(frozen=True, slots=True)
class Grouping:
    """N rows by the columns that they are to be judged apart by.

    Attributes:
        size: N.
        groups: First all rows, then each column's groups in the order of their names.
        left_off: Column -> how many groups are not judged, being the smallest of more than `MOST_GROUPS`.
    """

    size: int
    groups: tuple[Group, ...]
    left_off: Mapping[str, int]


def grouped(size: int, columns: Mapping[str, Sequence[str]]) -> Grouping:
    """Group rows by each column; a row with an empty value is in no group of that column.

    Raises:
        BadInput: A column has not `size` values.
    """
    found = [Group(ALL, ALL, np.arange(size))]
    left_off: dict[str, int] = {}
    for column, values in columns.items():
        if len(values) != size:
            raise BadInput(
                f"the column {column} has {len(values):,} values for {size:,} rows, expected one for each",
                mend="give scores, truths and groups of the same rows, in the same order",
            )
        sizes = Counter(values)
        sizes.pop("", None)
        kept = sorted(sorted(sizes, key=lambda name: (-sizes[name], name))[:MOST_GROUPS])
        number = {name: place for place, name in enumerate(kept)}
        codes = np.array([number.get(value, -1) for value in values], np.intp)
        order = np.argsort(codes, kind="stable")
        parts = np.split(order, np.searchsorted(codes[order], np.arange(len(kept))))[1:]
        found += [Group(column, name, rows) for name, rows in zip(kept, parts, strict=True)]
        if len(sizes) > len(kept):
            left_off[column] = len(sizes) - len(kept)
    return Grouping(size, tuple(found), left_off)


def chance_of(seed: int, *names: str) -> Generator:
    """Chance for what has these names: what else is judged does not shift it."""
    return np.random.default_rng([seed, zlib.crc32("/".join(names).encode(errors="surrogatepass"))])


def known(column: Column) -> Bools:
    """Shape (N,): where a column is known."""
    return np.ones(len(column), dtype=np.bool_) if column.known is None else column.known


def check_scores(scores: Columns, truths: Columns, thresholds: Mapping[str, float]) -> int:
    """The number of rows.

    Raises:
        BadInput: Columns differ in length, or a label that has a truth has no scores or threshold.
    """
    for label in truths:
        if label not in scores or label not in thresholds:
            raise BadInput(
                f"{label} has a truth, but no {'scores' if label not in scores else 'threshold'}",
                mend="leave it out, or take a detector that gives it",
            )
    sizes = {len(column) for label, truth in truths.items() for column in (truth, scores[label])}
    if len(sizes) != 1:
        raise BadInput(
            f"the columns have {', '.join(map(str, sorted(sizes))) or 'no'} rows, expected one number",
            mend="give scores, truths and groups of the same rows, in the same order",
        )
    return sizes.pop()
