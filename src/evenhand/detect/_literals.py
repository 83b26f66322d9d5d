"""Many literals at once: one Aho-Corasick pass over a whole batch of texts.

    literals = Literals([Literal("kill all"), Literal("exterminat", stem=True)])
    hits = literals.find(["they want to kill all of us"])
    hits.starts, hits.ends  # ([13], [21])

A word boundary stands beside every character that is no letter, mark or number, and beside every character
of a script that is written without spaces between words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import ahocorasick_rs
import numpy as np
import numpy.typing as npt

from evenhand.errors import BadInput
from evenhand.intake import joining_characters
from evenhand.vocabulary import Bools

__all__ = ["Hits", "Literal", "Literals"]

Positions = npt.NDArray[np.intp]

_EDGE = "\0"  # stands between the texts; a NUL inside one is searched as the next control character


@dataclass(frozen=True, slots=True)
class Literal:
    """What to look for.

    Attributes:
        text: The characters, as folded text has them.
        whole_word: A word boundary must stand before and after it.
        stem: A word boundary must stand before it; after it the word may go on. Goes before `whole_word`.
    """

    text: str
    whole_word: bool = True
    stem: bool = False


@dataclass(frozen=True, slots=True)
class Hits:
    """Where literals were found: H hits, ordered by text, start, end and literal.

    Attributes:
        rows: Shape (H,): which text.
        literals: Shape (H,): which literal, an index into what `Literals` was made of.
        starts: Shape (H,): first character in that text.
        ends: Shape (H,): one past the last.
    """

    rows: Positions
    literals: Positions
    starts: Positions
    ends: Positions

    def __len__(self) -> int:
        return len(self.rows)

    def where(self, chosen: Bools | Positions) -> "Hits":
        """Some of the hits, by a mask or in the order given."""
        return Hits(self.rows[chosen], self.literals[chosen], self.starts[chosen], self.ends[chosen])


class Literals:
    """Literals that are searched for together. Built once; searching changes nothing in it.

    The same text may stand in it more than once, with other boundaries or not. Raises `BadInput` for a
    literal without characters, or with a NUL.
    """

    def __init__(self, literals: Sequence[Literal]) -> None:
        patterns: dict[str, list[int]] = {}
        for index, literal in enumerate(literals):
            if not literal.text or _EDGE in literal.text:
                raise BadInput(
                    f"literal {index} is {literal.text!r}, expected one character or more, and no NUL",
                    mend="take it out, or write what is to be found",
                )
            patterns.setdefault(literal.text, []).append(index)
        joining = joining_characters()
        self._size = len(literals)
        self._from_start = _flags(
            (it.whole_word or it.stem) and bool(joining[ord(it.text[0])]) for it in literals
        )
        self._to_end = _flags(
            it.whole_word and not it.stem and bool(joining[ord(it.text[-1])]) for it in literals
        )
        self._members = np.array([index for group in patterns.values() for index in group], dtype=np.intp)
        self._counts = np.array([len(group) for group in patterns.values()], dtype=np.intp)
        self._firsts = np.cumsum(self._counts) - self._counts
        self._automaton = ahocorasick_rs.AhoCorasick(
            list(patterns), store_patterns=False, matchkind=ahocorasick_rs.MatchKind.Standard
        )

    def __len__(self) -> int:
        return self._size

    def find(self, folded: Sequence[str]) -> Hits:
        """Every place where a literal stands, overlapping ones included."""
        joined = _EDGE.join(["", *folded, ""])
        if joined.count(_EDGE) != len(folded) + 1:
            joined = _EDGE.join(["", *(text.replace(_EDGE, "\1") for text in folded), ""])
        matches = self._automaton.find_matches_as_indexes(joined, overlapping=True) if self._size else []
        found = np.array(matches, dtype=np.intp).reshape(-1, 3)
        patterns = found[:, 0]
        counts = self._counts[patterns]
        literals = self._members[np.repeat(self._firsts[patterns], counts) + _steps(counts)]
        starts, ends = np.repeat(found[:, 1], counts), np.repeat(found[:, 2], counts)
        kept = self._stands_alone(joined, literals, starts, ends)
        return _by_row(folded, literals[kept], starts[kept], ends[kept])

    def present(self, folded: Sequence[str]) -> Bools:
        """Which literals stand in which texts: shape (len(literals), len(folded))."""
        hits = self.find(folded)
        present = np.zeros((self._size, len(folded)), dtype=np.bool_)
        present[hits.literals, hits.rows] = True
        return present

    def _stands_alone(self, joined: str, literals: Positions, starts: Positions, ends: Positions) -> Bools:
        """Which matches have the word boundaries that their literals ask for."""
        if not len(literals):
            return np.zeros(0, dtype=np.bool_)
        codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        joining = joining_characters()
        runs_on_before = self._from_start[literals] & joining[codes[starts - 1]]
        runs_on_after = self._to_end[literals] & joining[codes[ends]]
        return ~(runs_on_before | runs_on_after)


def _flags(values: Iterable[bool]) -> Bools:
    return np.fromiter(values, dtype=np.bool_)


def _steps(counts: Positions) -> Positions:
    """0, 1, ... for each count, one after the other."""
    return np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)


def _by_row(folded: Sequence[str], literals: Positions, starts: Positions, ends: Positions) -> Hits:
    """Hits by text, from positions in the joined texts."""
    lengths = np.fromiter(map(len, folded), dtype=np.intp, count=len(folded))
    firsts = np.cumsum(lengths + 1) - lengths
    rows = np.searchsorted(firsts, starts, side="right") - 1
    offsets = firsts[rows] if len(rows) else starts
    hits = Hits(rows, literals, starts - offsets, ends - offsets)
    return hits.where(np.lexsort((literals, ends, starts)))
