"""JSON Lines: one object a line (RFC 8259), blank lines between allowed.

Of a member that one object names twice the last counts, as JSON readers commonly have it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Final

import msgspec
import numpy as np

from evenhand.errors import BadInput

from ._extra import forbid_leaning, from_objects, is_leaning_throughout
from ._lines import Lines, LongLine, too_long
from ._naming import check_mapped, check_required, resolve
from ._rows import CHUNK_BYTES, Frame, RawRows, reject
from ._schema import COLUMN_LIMIT, Reject

_DECODER: Final = msgspec.json.Decoder(dict[str, object])
_NO_NUMBER = re.compile(rb"[:\[,]\s*[+-]?(NaN|nan|Infinity|inf)\b")


@dataclass(slots=True)
class _Gathered:
    """Lines for one chunk, as they come in.

    Attributes:
        numbers: The number of each line.
        texts: The lines.
        size: Their bytes.
        rejects: Lines over the limit that stood between them.
    """

    numbers: list[int] = field(default_factory=list)
    texts: list[bytes] = field(default_factory=list)
    size: int = 0
    rejects: list[Reject] = field(default_factory=list)


def read(stream: BinaryIO, frame: Frame) -> Iterator[RawRows]:
    """The rows of a stream.

    Leaning in every one of the first rows is a column of it, and refuses the stream as it refuses a table;
    elsewhere it spoils the row that it stands in and no other.

    Raises:
        BadInput: No id or text in the first rows, leaning in all of them or mapped, a mapped column in none.
    """
    forbid_leaning(frame.columns.values(), frame.file)
    lines = Lines(stream, frame.file)
    mapped = set(frame.columns.values())
    wanted = resolve(frame.columns)
    seen: set[str] = set()
    for gathered in _gather(lines, frame):
        rows = _decode(gathered, frame.file)
        names: set[str] = set().union(*rows)
        if rows and not seen:
            if is_leaning_throughout(rows):
                forbid_leaning(names, frame.file)
            check_required(names, frame.columns, frame.file)
        seen |= names if len(seen) < COLUMN_LIMIT else names & mapped  # a stream of new names fills no memory
        known = {
            name: [row.pop(file_name, None) for row in rows]
            for name, file_name in wanted.items()
            if file_name in names
        }
        given = known.pop("extra", None)
        yield RawRows(
            extra=from_objects(rows, given),  # what is left of the rows
            known=known,
            lines=np.array(gathered.numbers, np.int64),
            raw=gathered.texts.__getitem__,
            rejects=gathered.rejects,
            position=lines.position,
        )
    if seen:
        check_mapped(seen, frame.columns, frame.file)


def _gather(lines: Lines, frame: Frame) -> Iterator[_Gathered]:
    """Lines by the chunk; what is left of a block goes into the next one."""
    gathered = _Gathered()
    for event in lines:
        if isinstance(event, LongLine):
            gathered.rejects.append(reject(frame.file, event.number, too_long("the line"), event.head))
            continue
        numbers, texts = range(event.first, event.first + len(event.lines)), event.lines
        while texts:
            room = frame.rows - len(gathered.texts)
            gathered.numbers += numbers[:room]
            gathered.texts += texts[:room]
            gathered.size += sum(map(len, texts[:room]))
            numbers, texts = numbers[room:], texts[room:]
            if len(gathered.texts) >= frame.rows or gathered.size >= CHUNK_BYTES:
                yield gathered
                gathered = _Gathered()
    if gathered.texts or gathered.rejects:
        yield gathered


def _decode(gathered: _Gathered, file: str) -> list[dict[str, object]]:
    """The objects; lines that are none are taken out of `gathered` and set aside."""
    try:
        return list(map(_DECODER.decode, gathered.texts))
    except (ValueError, RecursionError):
        pass  # not dropped: the lines are read one by one, and the one that does not fit is named
    rows: list[dict[str, object]] = []
    numbers: list[int] = []
    texts: list[bytes] = []
    for number, text in zip(gathered.numbers, gathered.texts, strict=True):
        if not text.strip():
            continue
        try:
            rows.append(_DECODER.decode(text))
        except (ValueError, RecursionError) as wrong:
            gathered.rejects.append(reject(file, number, _diagnosis(text, wrong), text))
        else:
            numbers.append(number)
            texts.append(text)
    gathered.numbers, gathered.texts = numbers, texts
    return rows


def _diagnosis(text: bytes, wrong: Exception) -> BadInput:
    if isinstance(wrong, UnicodeDecodeError):
        return BadInput("the line holds bytes that are not UTF-8", mend="write the file in UTF-8")
    if isinstance(wrong, RecursionError):
        return BadInput("the line is nested too deeply", mend="write it flatter")
    if b"\0" in text:
        return BadInput("the line holds a NUL byte", mend="write the file in UTF-8, without NUL bytes")
    if _NO_NUMBER.search(text):
        return BadInput(
            "NaN or Infinity stands where a number must", mend="leave the value out, or write null"
        )
    if isinstance(wrong, msgspec.ValidationError):
        problem = "a number is too large" if "range" in str(wrong) else "the line is JSON, but no object"
        return BadInput(problem, mend='write one object a line: {"id": "1", "text": "..."}')
    detail = str(wrong).removeprefix("JSON is malformed: ")
    return BadInput(
        f"the line is not JSON: {detail}", mend='write one object a line: {"id": "1", "text": "..."}'
    )
