"""How commands print: tables for people, JSON for programs, and nothing that a text could smuggle in."""

import os
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import msgspec
from rich.cells import cell_len
from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

from evenhand.errors import EvenhandError, RuleError

_GROUPED = 100_000  # from here on `g` would write an exponent
_FILE_WIDTH = 170  # columns, where output goes to a file or a program and COLUMNS says nothing
_GAP = 2  # blanks between two columns of a table
_LEAST = 12  # of the last column, however narrow the terminal
_UNSAFE = {
    "Cc",
    "Cf",
    "Cs",
    "Co",
    "Cn",
    "Zl",
    "Zp",
}  # control, bidi, surrogates: they could repaint a terminal


def console() -> Console:
    """A console for standard output."""
    told = sys.stdout.isatty() or "COLUMNS" in os.environ
    return Console(highlight=False, soft_wrap=True, width=None if told else _FILE_WIDTH)


def complain(error: EvenhandError) -> None:
    """One line and the mend, on standard error."""
    prefix = "" if isinstance(error, RuleError) else "Error: "  # a policy's faults each say so themselves
    sys.stderr.write(f"{prefix}{_plain(error.message)}\n")
    if error.mend:
        sys.stderr.write(f"  {_plain(error.mend)}\n")


def as_json(value: object) -> None:
    """One JSON document on standard output."""
    data = msgspec.json.format(msgspec.json.encode(value), indent=2)
    sys.stdout.write(data.decode() + "\n")


def shown(text: str, limit: int | None = None) -> Text:
    """A platform user's text, fit to print: no markup, no control characters, cut at `limit` characters."""
    words = "".join(letter if unicodedata.category(letter) not in _UNSAFE else " " for letter in text)
    words = " ".join(words.split())
    return Text(words if limit is None or len(words) <= limit else words[: limit - 1] + "…")


def moment(at: datetime | None) -> str:
    """A time as people read it; a dash where there is none."""
    return "-" if at is None else at.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def number(value: float) -> str:
    """A score or a count as people read it: three decimals at most, none where there are none."""
    return f"{round(value, 3):,g}" if abs(value) < _GROUPED else f"{value:,.0f}"


def table(columns: Sequence[str], rows: Iterable[Sequence[str | Text]], *, title: str = "") -> Table:
    """A table; a column whose name begins with `#` is of numbers. Texts are printed without markup.

    The last column is cut to what the terminal has left; ids, names and figures before it are never cut.
    """
    cells = [[cell if isinstance(cell, Text) else Text(cell) for cell in row] for row in rows]
    drawn = Table(title=title or None, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for name in columns:
        justify: JustifyMethod = "right" if name.startswith("#") else "left"
        drawn.add_column(name.removeprefix("#"), justify=justify, no_wrap=True)
    fixed = sum(
        max(cell_len(name.removeprefix("#")), *(row[at].cell_len for row in cells), 0) + _GAP
        for at, name in enumerate(columns[:-1])
    )
    room = max(console().width - fixed, _LEAST)
    drawn.width = max(fixed + room, console().width)  # a narrower terminal wraps lines rather than lose an id
    for row in cells:
        row[-1].truncate(room, overflow="ellipsis")
        drawn.add_row(*row)
    return drawn


def _plain(message: str) -> str:
    """An error may quote what came in: line breaks stay, other control characters go."""
    return "".join(c if c == "\n" or unicodedata.category(c) not in _UNSAFE else "�" for c in message)
