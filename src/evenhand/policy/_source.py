"""Where in a document something stands, and how a fault in it is shown.

Offsets count code points from the start of the document; lines and columns count from 1, columns in code
points. The picture under a fault counts terminal cells instead, so the caret stands right under wide,
combining and invisible characters and under tabs.
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field

from evenhand.errors import RuleError

_TAB_CELLS = 4
_WINDOW_CELLS = 100
_CARET_AT_MOST = 70
_FAULTS_SHOWN = 20
_LINE_END = re.compile(r"\r\n|\r|\n")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Place:
    """A piece of a document: the offsets [start, end), in code points."""

    start: int
    end: int

    def to(self, other: "Place") -> "Place":
        """From the start of this to the end of `other`."""
        return Place(self.start, other.end)


NOWHERE = Place(0, 0)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: what was found and expected, where, and the mend shown beside the caret."""

    place: Place
    message: str
    mend: str


@dataclass(frozen=True, slots=True)
class Source:
    r"""One document and where it came from.

    Attributes:
        path: What faults call it.
        text: The document with `\n` line ends.
        line_starts: The offset of the first character of each line.
    """

    path: str
    text: str
    line_starts: tuple[int, ...]

    @classmethod
    def of(cls, path: str, text: str) -> "Source":
        """The document with its line ends made one kind."""
        plain = _LINE_END.sub("\n", text)
        starts = [0, *(match.end() for match in re.finditer("\n", plain))]
        return cls(path, plain, tuple(starts))

    def line(self, number: int) -> str:
        """One line without its end, counted from 0."""
        start = self.line_starts[number]
        return self.text[start : self._line_end(number)]

    def lines_between(self, first: int, end: int) -> Place:
        """The place of the lines [first, end), counted from 0."""
        stop = self.line_starts[end] if end < len(self.line_starts) else len(self.text)
        return Place(self.line_starts[first] if first < len(self.line_starts) else stop, stop)

    def line_place(self, number: int) -> Place:
        """One line, counted from 0, from its first visible character to its end."""
        text = self.line(number)
        start = self.line_starts[number] + len(text) - len(text.lstrip())
        return Place(start, self._line_end(number))

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        number = bisect_right(self.line_starts, offset) - 1
        return number + 1, offset - self.line_starts[number] + 1

    def _line_end(self, number: int) -> int:
        following = number + 1
        return self.line_starts[following] - 1 if following < len(self.line_starts) else len(self.text)


@dataclass(slots=True)
class Faults:
    """What is wrong with one document, gathered while it is read."""

    source: Source
    found: list[Fault] = field(default_factory=list)

    def add(self, place: Place, message: str, mend: str) -> None:
        """Note a fault and go on reading."""
        self.found.append(Fault(place, message, mend))

    def raise_if_any(self) -> None:
        """Raise one `RuleError` that shows all faults, in the order of the document."""
        if not self.found:
            return
        ordered = sorted(set(self.found), key=lambda fault: (fault.place.start, fault.message))
        shown = [_picture(self.source, fault) for fault in ordered[:_FAULTS_SHOWN]]
        if len(ordered) > 1:
            more = f", of which the first {_FAULTS_SHOWN} are shown" if len(ordered) > _FAULTS_SHOWN else ""
            shown.append(f"{len(ordered)} errors in {self.source.path}{more}")
        raise RuleError("\n".join(shown), mend="mend what each `^` points at, then check the policy again")


def _picture(source: Source, fault: Fault) -> str:
    line, column = source.position(fault.place.start)
    text = source.line(line - 1)
    drawn, cells = _drawn(text, column - 1)
    return (
        f"error: {_plain(fault.message)}\n --> {source.path}:{line}:{column}\n"
        f"{line:>4} | {drawn}\n     | {' ' * cells}^ {_plain(fault.mend)}"
    )


def _drawn(text: str, at: int) -> tuple[str, int]:
    """The line as a terminal may show it, and the cells before its character `at`."""
    skipped = max(0, at - _CARET_AT_MOST)
    shown = [_cell(character) for character in text[skipped : at + _WINDOW_CELLS]]
    before = sum(width for _, width in shown[: at - skipped])
    first = 0
    while before > _CARET_AT_MOST:
        before -= shown[first][1]
        first += 1
    lead = "… " if skipped or first else ""
    room, drawn = _WINDOW_CELLS, []
    for character, width in shown[first:]:
        if (room := room - width) < 0:
            break
        drawn.append(character)
    if room < 0 or at + _WINDOW_CELLS < len(text):
        drawn.append(" …")
    return lead + "".join(drawn), before + len(lead)


def _plain(text: str) -> str:
    """A text that quotes the document, without what would redraw the reader's terminal."""
    return "".join(_cell(character)[0] for character in text)


def _cell(character: str) -> tuple[str, int]:
    """What stands for a character, and how many cells it takes."""
    if character == "\t":
        return " " * _TAB_CELLS, _TAB_CELLS
    kind = unicodedata.category(character)
    if kind in _HIDDEN:
        return "\N{REPLACEMENT CHARACTER}", 1
    if kind in {"Mn", "Me"}:
        return character, 0
    return character, 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def nearest(word: str, known: tuple[str, ...], within: int | None = None) -> str | None:
    """The known word that was most likely meant: at most `within` edits apart, or a third of its length."""
    best, least = None, (max(2, len(word) // 3) if within is None else within) + 1
    for candidate in sorted(known):
        if abs(len(candidate) - len(word)) >= least:
            continue
        apart = _edits(word, candidate, least)
        if apart < least:
            best, least = candidate, apart
    return best


def _edits(left: str, right: str, enough: int) -> int:
    """Insertions, deletions, replacements and swaps of neighbours between two words (Damerau, restricted)."""
    older: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        older, row, above = row, [i], older
        for j, b in enumerate(right, 1):
            cost = min(older[j] + 1, row[j - 1] + 1, older[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
        if min(row) >= enough:
            return enough
    return row[-1]
