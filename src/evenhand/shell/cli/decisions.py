"""`evenhand decisions`: what was decided, for those who train and measure detectors."""

import csv
import io
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import fields
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from evenhand.app.decisions import TrainingRow, TrainingSet
from evenhand.errors import BadInput
from evenhand.intake import Format, guess_format

from ._files import keep_apart, written_whole
from ._options import DEFAULT_STORE, Json, StoreUrl, opened
from ._output import as_json, json_line, tell

commands = typer.Typer(help="Decisions: what people decided, as rows that detectors learn from.")

Form = Callable[[Iterable[TrainingRow]], Iterator[bytes]]

_GZIP = 31  # zlib's word for the format of gzip; without a time in it, so that equal rows give equal bytes


@commands.callback()
def _group() -> None:
    """A group, although it has one command so far."""


@commands.command("export")
def export(
    output: Annotated[
        Path,
        typer.Option(
            help="JSON Lines or CSV, by the file's ending, also with .gz; - is standard output.",
            metavar="FILE",
        ),
    ],
    store: StoreUrl = DEFAULT_STORE,
    json: Json = False,
) -> None:
    """Write decided items as a training set: texts, labels, and what these rest on. Never who decided."""
    write, is_zipped = _form(output)
    app = opened(store)
    made = TrainingSet(app)
    lines = write(made.rows())
    with ExitStack() as stack:
        if str(output) == "-":
            sys.stdout.buffer.writelines(lines)
        else:
            keep_apart([], {"--output": output}, store)
            stack.enter_context(written_whole(output)).write(_zipped(lines) if is_zipped else lines)
    if json and str(output) != "-":
        as_json({"exported": made.exported, "silent": made.silent, "erased": made.erased})
        return
    tell(f"{made.exported:,} rows; {made.silent:,} of them say nothing about any label")
    if made.erased:
        tell(f"{made.erased:,} decided items are left out, because their text was erased")


def _form(output: Path) -> tuple[Form, bool]:
    """How to write, and whether to compress.

    Raises:
        BadInput: The file's ending says neither JSON Lines nor CSV.
    """
    kind = guess_format(str(output))
    if kind is Format.PARQUET:
        raise BadInput(
            f"{output} would be Parquet, which is not written here",
            mend="name a file that ends in .jsonl or .csv",
        )
    return (_jsonl if kind is Format.JSONL else _csv), output.suffix.lower() == ".gz"


def _jsonl(rows: Iterable[TrainingRow]) -> Iterator[bytes]:
    return map(json_line, rows)


def _csv(rows: Iterable[TrainingRow]) -> Iterator[bytes]:
    """A header and a line for each row; true and false as JSON has them."""
    names = [field.name for field in fields(TrainingRow)]
    yield _csv_line(names)
    for row in rows:
        values: dict[str, object] = msgspec.to_builtins(row)
        yield _csv_line(
            str(value).lower() if isinstance(value, bool) else str(value) for value in values.values()
        )


def _csv_line(cells: Iterable[str]) -> bytes:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(cells)
    return written.getvalue().encode()


def _zipped(lines: Iterable[bytes]) -> Iterator[bytes]:
    pressed = zlib.compressobj(wbits=_GZIP)
    for line in lines:
        yield pressed.compress(line)
    yield pressed.flush()
