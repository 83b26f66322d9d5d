"""How commands print: tables for people, JSON for programs, and nothing that a text could smuggle in."""

import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import suppress
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
_ODD = re.compile(r"[^\w\x20-\x7e\n\t]")  # never a letter or digit, so few are looked up


def console() -> Console:
    """A console for standard output."""
    told = sys.stdout.isatty() or "COLUMNS" in os.environ
    return Console(highlight=False, soft_wrap=True, width=None if told else _FILE_WIDTH)


def tell(message: str) -> None:
    """A line on standard error; it may quote what came in."""
    with suppress(BrokenPipeError):  # nobody reads it: no reason to stop the work that it tells of
        sys.stderr.write(f"{printable(message)}\n")
        sys.stderr.flush()


def complain(error: EvenhandError) -> None:
    """One line and the mend, on standard error."""
    prefix = "" if isinstance(error, RuleError) else "Error: "  # a policy's faults each say so themselves
    tell(f"{prefix}{error.message}")
    if error.mend:
        tell(f"  {error.mend}")


def as_json(value: object) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(_escaped(msgspec.json.format(msgspec.json.encode(value), indent=2)).decode() + "\n")


def json_line(value: object) -> bytes:
    """One JSON document as a line of JSON Lines."""
    return _escaped(msgspec.json.encode(value)) + b"\n"


def _escaped(data: bytes) -> bytes:
    """JSON with every character that could repaint a terminal written by its number; it means the same."""
    return data if data.isascii() and b"\x7f" not in data else _ODD.sub(_escape, data.decode()).encode()


def _escape(found: re.Match[str]) -> str:
    if unicodedata.category(found[0]) not in _UNSAFE:
        return found[0]
    units = found[0].encode("utf-16-be")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def printable(text: str) -> str:
    """Text of several lines, fit to print: line breaks stay, what could repaint a terminal is a `\ufffd`."""
    return _ODD.sub(lambda one: "\ufffd" if unicodedata.category(one[0]) in _UNSAFE else one[0], text)


def line(text: str) -> Text:
    """A name or another short text, fit to print: no markup, on one line, spaces as they are."""
    return Text(re.sub(r"[\n\t]", "\ufffd", printable(text)))


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
    """A table; a column whose name begins with `#` is of numbers. Whatever a cell holds is fit to print.

    The last column is cut to what the terminal has left; ids, names and figures before it are never cut.
    """
    cells = [[cell if isinstance(cell, Text) else line(cell) for cell in row] for row in rows]
    drawn = Table(title=line(title) if title else None, title_justify="left", box=None, pad_edge=False)
    drawn.header_style = "bold"
    for name in columns:
        justify: JustifyMethod = "right" if name.startswith("#") else "left"
        drawn.add_column(name.removeprefix("#"), justify=justify, no_wrap=True)
    fixed = sum(
        max(cell_len(name.removeprefix("#")), *(row[at].cell_len for row in cells), 0) + _GAP
        for at, name in enumerate(columns[:-1])
    )
    room = max(console().width - fixed, _LEAST)
    for row in cells:
        row[-1].truncate(room, overflow="ellipsis")
        drawn.add_row(*row)
    last = max(cell_len(columns[-1].removeprefix("#")), *(row[-1].cell_len for row in cells), 0)
    drawn.width = fixed + last  # no more, and a narrower terminal wraps lines rather than lose an id
    return drawn
