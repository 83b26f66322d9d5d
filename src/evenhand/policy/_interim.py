"""Literals in one Aho-Corasick pass over each text."""

from collections.abc import Sequence
from dataclasses import dataclass

import ahocorasick_rs
import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Literal:
    """What to look for."""

    text: str
    whole_word: bool
    stem: bool


@dataclass(frozen=True, slots=True)
class Hits:
    """Where literals stand."""

    rows: npt.NDArray[np.intp]
    literals: npt.NDArray[np.intp]


class Literals:
    """Several literals."""

    def __init__(self, literals: Sequence[Literal]) -> None:
        self._literals = literals
        self._automaton = ahocorasick_rs.AhoCorasick([literal.text for literal in literals])

    def find(self, folded: Sequence[str]) -> Hits:
        """Every literal in every text."""
        found = [
            (row, number)
            for row, text in enumerate(folded)
            for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True)
            if not (start and text[start - 1].isalnum())
            and (self._literals[number].stem or end == len(text) or not text[end].isalnum())
        ]
        pairs = np.array(found, dtype=np.intp).reshape(-1, 2)
        return Hits(pairs[:, 0], pairs[:, 1])
