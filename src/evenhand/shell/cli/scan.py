"""`evenhand scan`: items in, the whole way to cases."""

import os
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from evenhand.app import App, opened_inputs
from evenhand.app.scan import Progress, ScanOptions, Summary, scan
from evenhand.app.scan import recommendations as recommended
from evenhand.intake import Format

from ._files import Draft, RejectsFile, keep_apart
from ._options import DEFAULT_STORE, Columns, Json, StoreUrl, mapping, opened
from ._output import as_json, console, json_line, table, tell
from ._progress import Meter

Files = Annotated[
    list[str], typer.Argument(help="JSON Lines, CSV or Parquet; .gz is read; - is stdin.", metavar="FILE...")
]
FormatOption = Annotated[
    Format | None, typer.Option("--format", help="How to read the files, if not by their names.")
]


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("scan")(scan_files)


def scan_files(
    files: Files,
    policy: Annotated[
        list[Path] | None, typer.Option(help="A policy to put in force.", metavar="DIR")
    ] = None,
    store: StoreUrl = DEFAULT_STORE,
    output: Annotated[
        Path | None, typer.Option(help="Write recommendations as JSON Lines.", metavar="FILE")
    ] = None,
    rejects: Annotated[
        Path, typer.Option(help="Where rows that were not accepted go, with their reason.", metavar="FILE")
    ] = Path("rejects.jsonl"),
    column: Columns = None,
    source: Annotated[str, typer.Option(help="Where ids are unique, for items that do not say.")] = "default",
    format_: FormatOption = None,
    workers: Annotated[
        int, typer.Option(min=0, max=64, help="Processes that examine items; 0 is all cores.")
    ] = 0,
    json: Json = False,
) -> None:
    """Scan files: detect, apply the policies, open cases. Run again, it goes on without doubling anything."""
    options = ScanOptions(
        policies=policy or (), columns=mapping(column), source=source, workers=workers or os.cpu_count() or 1
    )
    app = opened(store, create=True)
    with opened_inputs(files, format_) as inputs, ExitStack() as stack:
        keep_apart(inputs, {"--output": output, "--rejects": rejects}, store)
        sizes = [one.size for one in inputs]
        total = sum(size for size in sizes if size is not None) if None not in sizes else None
        deliver = _nowhere if output is None else partial(_write, app, stack.enter_context(Draft(output)))
        refused = stack.enter_context(RejectsFile(rejects))
        meter = stack.enter_context(Meter(total))
        done = scan(app, inputs, options, meter.update, refused.add, deliver)
    if json:
        as_json(done)
        return
    _print(done, done.progress, rejects)


def _nowhere(_scan: int) -> None:
    """There is no `--output`: what was recommended stands in the store."""


def _write(app: App, output: Draft, scan_id: int) -> None:
    """Write what a scan recommended; the scan ends only after this."""
    output.write(map(json_line, recommended(app, scan_id)))
    output.settle()
    output.place()


def _print(done: Summary, counts: Progress, rejects: Path) -> None:
    out = console()
    rows = [
        ("rows read", counts.read),
        ("items accepted", counts.accepted),
        ("  of these revisions", counts.revisions),
        ("seen before, ignored", counts.duplicates),
        ("rejected", counts.rejected),
        ("surfaced", counts.surfaced),
        ("cases opened", counts.opened),
        ("cases joined", counts.joined),
    ]
    out.print(table(["scan", "#"], [(name, f"{number:,}") for name, number in rows]))
    if done.by_clause:
        surfaced = [
            (policy, clause, f"{items:,}", f"{cases:,}") for policy, clause, items, cases in done.by_clause
        ]
        out.print()
        out.print(table(["policy", "clause", "#items", "#cases"], surfaced))
    if done.unknown:
        out.print()
        unknown = [(rule, f"{number:,}") for rule, number in sorted(done.unknown.items())]
        out.print(table(["rule that could not be decided", "#items"], unknown))
    if counts.rejected:
        tell(f"{counts.rejected:,} rejected; each row stands with its reason in {rejects}")
    out.print("\nevenhand cases list")
