"""`evenhand detect`: the scores alone."""

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from evenhand.app import opened_inputs, utc_now
from evenhand.app.detect import detect, text_detector

from ._files import RejectsFile, written_whole
from ._options import Columns, mapping
from .scan import Files, FormatOption


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("detect")(detect_files)


def detect_files(
    files: Files,
    output: Annotated[Path | None, typer.Option(help="Write to a file instead.", metavar="FILE")] = None,
    rejects: Annotated[
        Path, typer.Option(help="Where rows that could not be read go, with their reason.", metavar="FILE")
    ] = Path("rejects.jsonl"),
    column: Columns = None,
    format_: FormatOption = None,
    detector: Annotated[str, typer.Option(help="Which detector.")] = "text-linear",
) -> None:
    """Score items: one JSON line each, in input order. Nothing is stored."""
    chosen = text_detector(detector)
    target = written_whole(output) if output else nullcontext(sys.stdout.buffer)
    with opened_inputs(files, format_) as inputs, RejectsFile(rejects) as refused, target as stream:
        scores = detect(chosen, inputs, columns=mapping(column), now=utc_now(), on_rejects=refused.add)
        stream.writelines(msgspec.json.encode(one) + b"\n" for one in scores)
        stream.flush()
