"""`evenhand detect`: the scores alone."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from evenhand.app import opened_inputs, utc_now
from evenhand.app.detect import detect, text_detector

from ._files import RejectsFile, keep_apart, written_whole
from ._options import Columns, mapping
from ._output import json_line
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
    detector: Annotated[str, typer.Option(help="Which detector.")] = "text-cascade",
) -> None:
    """Score items: one JSON line each, in input order. Nothing is stored."""
    chosen = text_detector(detector)
    with opened_inputs(files, format_) as inputs, ExitStack() as stack:
        keep_apart(inputs, {"--output": output, "--rejects": rejects})
        refused = stack.enter_context(RejectsFile(rejects))
        write = stack.enter_context(written_whole(output)).write if output else sys.stdout.buffer.writelines
        scores = detect(chosen, inputs, columns=mapping(column), now=utc_now(), on_rejects=refused.add)
        write(map(json_line, scores))
