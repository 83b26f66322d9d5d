"""CSV as in RFC 4180: commas, double quotes, a header; a quoted field may span lines.

A quote that is opened and never closed must not swallow the rest of the file. A record that does not fit the
rules, or grows over the limit, is rejected by the line it opened in, and reading goes on with the next line.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import chain, repeat
from typing import BinaryIO, Final

import numpy as np

from evenhand.errors import BadInput

from ._extra import from_columns
from ._lines import Block, Lines, LongLine, too_long
from ._naming import check_header, resolve
from ._rows import CHUNK_BYTES, Frame, RawRows, reject
from ._schema import LINE_LIMIT, RAW_SHOWN, Reject

_RESCAN_BUDGET: Final = 64 << 20
"""Characters that may be read again behind broken records of one file, in all. After that the lines of a
broken record are read each on its own: a file made of broken quotes costs a little time, not hours."""

_UNFINISHED: Final = "unexpected end of data"


def read(stream: BinaryIO, frame: Frame) -> Iterator[RawRows]:
    """The rows of a stream.

    Raises:
        BadInput: No header; a missing or doubled column; leaning.
    """
    # The limit of the csv module is one for the whole process: it is only ever raised, to our own.
    csv.field_size_limit(max(csv.field_size_limit(), LINE_LIMIT))
    lines = Lines(stream, frame.file)
    parser = _Parser(frame.file)
    header: list[str] | None = None
    for event in chain(lines, [None]):
        parser.add(event)
        if header is None:
            header = parser.header()
            if header is None:
                continue
            check_header(header, frame.columns, frame.file)
        for starts, records, rejects in parser.taken(frame.rows, rest=event is None):
            yield _raw_rows(starts, records, rejects, header, frame, lines.position)
    if header is None:
        raise BadInput(
            f"{frame.file} is empty, expected a header", mend="write the names of the columns first"
        )


class _Parser:
    """Lines in, records out, with the line that each starts in.

    Bytes that are not UTF-8 go through as lone surrogates, so that they spoil no row but their own.
    """

    def __init__(self, file: str) -> None:
        self._file = file
        self._starts: list[int] = []
        self._records: list[list[str]] = []
        self._rejects: list[Reject] = []
        self._size = 0
        self._budget = _RESCAN_BUDGET
        self._open: list[str] = []  # lines of a record that has not ended yet
        self._open_at = 0

    def add(self, event: Block | LongLine | None) -> None:
        """Read some more lines; None is the end of the file."""
        if isinstance(event, Block):
            joined = b"\n".join(event.lines)
            self._size += len(joined)
            lines = [line + "\n" for line in joined.decode(errors="surrogateescape").split("\n")]
            first = self._open_at if self._open else event.first
            lines, self._open = self._open + lines, []
            self._parse(first, lines, ended=False)
            return
        lines, self._open = self._open, []
        self._parse(self._open_at, lines, ended=True)
        if event is not None:
            self._rejects.append(reject(self._file, event.number, too_long("the line"), event.head))

    def header(self) -> list[str] | None:
        """Take the first record out; None if there is none yet.

        Raises:
            BadInput: Something broken stands before it or in it.
        """
        if self._rejects and (not self._starts or self._rejects[0].line < self._starts[0]):
            raise BadInput(
                f"{self._file} has no header: {self._rejects[0].reason}",
                mend="write the names of the columns in the first line",
            )
        if not self._records:
            return None
        self._starts.pop(0)
        names = self._records.pop(0)
        if not _is_clean([names]):
            raise BadInput(
                f"{self._file} has a header that holds bytes that are not UTF-8",
                mend="write the file in UTF-8",
            )
        return names

    def taken(self, rows: int, *, rest: bool) -> Iterator[tuple[list[int], list[list[str]], list[Reject]]]:
        """Full chunks of what was read; with `rest` all of it."""
        while len(self._records) >= rows or ((self._size >= CHUNK_BYTES or rest) and self._pending()):
            starts, self._starts = self._starts[:rows], self._starts[rows:]
            records, self._records = self._records[:rows], self._records[rows:]
            rejects, self._rejects = self._rejects, []
            self._size = 0
            yield starts, records, rejects

    def _pending(self) -> bool:
        return bool(self._records or self._rejects)

    def _parse(self, first: int, lines: list[str], *, ended: bool) -> None:
        """Read records from lines; `first` is the number of the first."""
        at = 0

        def feed() -> Iterator[str]:
            nonlocal at
            while at < len(lines):
                at += 1
                yield lines[at - 1]

        while at < len(lines):
            start = at
            try:
                for record in csv.reader(feed(), strict=True):
                    if record:  # a blank line is no record
                        self._starts.append(first + start)
                        self._records.append(record)
                    start = at
            except csv.Error as wrong:
                if str(wrong) == _UNFINISHED and not ended and sum(map(len, lines[start:])) <= LINE_LIMIT:
                    self._open, self._open_at = lines[start:], first + start
                    return
                self._set_aside(first + start, lines[start], wrong)
                at = self._resumed(first, lines, start + 1, at)

    def _resumed(self, first: int, lines: list[str], start: int, stop: int) -> int:
        """Where to go on behind a broken record whose other lines are `start` to `stop`."""
        self._budget -= sum(map(len, lines[start:stop]))
        if self._budget >= 0:
            return start
        for place in range(start, stop):
            try:
                record = next(csv.reader([lines[place]], strict=True))
            except csv.Error as wrong:
                self._set_aside(first + place, lines[place], wrong)
            else:
                if record:
                    self._starts.append(first + place)
                    self._records.append(record)
        return stop

    def _set_aside(self, number: int, line: str, wrong: csv.Error) -> None:
        self._rejects.append(reject(self._file, number, _diagnosis(str(wrong)), line))


def _diagnosis(wrong: str) -> BadInput:
    """What is wrong with a record, in other words than those of the csv module."""
    if wrong == _UNFINISHED:
        return BadInput("a quote opens here and is not closed", mend='close it, or double it: ""')
    if wrong.startswith("field larger"):
        return too_long("a field")
    if wrong.startswith("new-line"):
        return BadInput("a carriage return stands inside the record", mend="end lines with LF or CR LF")
    return BadInput(
        "a closing quote is followed by more than a comma",
        mend='quote the whole field, and double its quotes: ""',
    )


def _raw_rows(
    starts: list[int],
    records: list[list[str]],
    rejects: list[Reject],
    header: Sequence[str],
    frame: Frame,
    position: int,
) -> RawRows:
    """Records as columns; those of another length than the header, or with broken bytes, are set aside."""
    if set(map(len, records)) - {len(header)} or not _is_clean(records):
        kept: list[int] = []
        for row, record in enumerate(records):
            problem = _misfit(record, len(header))
            if problem is None:
                kept.append(row)
            else:
                rejects.append(reject(frame.file, starts[row], problem, _shown(record)))
        starts, records = [starts[row] for row in kept], [records[row] for row in kept]
    columns = dict(zip(header, zip(*records, strict=True) if records else repeat(()), strict=False))
    known = {known: columns.pop(name) for known, name in resolve(frame.columns).items() if name in columns}
    return RawRows(
        extra=from_columns(columns, known.pop("extra", None), len(records)),
        known=known,
        lines=np.array(starts, np.int64),
        raw=lambda row: _shown(records[row]),
        rejects=rejects,
        position=position,
    )


def _is_clean(records: list[list[str]]) -> bool:
    try:
        "".join(chain.from_iterable(records)).encode()
    except UnicodeEncodeError:
        return False
    return True


def _misfit(record: list[str], width: int) -> BadInput | None:
    if len(record) != width:
        return BadInput(
            f"the record has {len(record)} fields, expected {width} as in the header",
            mend="quote fields with commas in them, and leave none out",
        )
    if not _is_clean([record]):
        return BadInput("the record holds bytes that are not UTF-8", mend="write the file in UTF-8")
    return None


def _shown(record: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow([cell[:RAW_SHOWN] for cell in record])
    return text.getvalue()
