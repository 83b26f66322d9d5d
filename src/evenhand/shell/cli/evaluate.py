"""`evenhand evaluate`: how good a detector is, on labelled data."""

from typing import Annotated

import typer

from evenhand.app import opened_inputs, utc_now
from evenhand.app.detect import text_detector
from evenhand.app.evaluate import Evaluation, evaluate_files
from evenhand.detect.quality import GroupQuality, Measured

from ._options import Columns, Json, mapping
from ._output import as_json, console, line, table
from .scan import FormatOption

Datasets = Annotated[
    list[str],
    typer.Argument(help="Items with label_hateful, label_abusive or label_type.", metavar="DATASET..."),
]


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("evaluate")(evaluate)


def evaluate(
    datasets: Datasets,
    split: Annotated[str | None, typer.Option(help="Only rows whose column split says so.")] = None,
    detector: Annotated[str, typer.Option(help="Which detector.")] = "text-linear",
    column: Columns = None,
    seed: Annotated[int, typer.Option(help="Of the bootstrap intervals.")] = 7,
    format_: FormatOption = None,
    json: Json = False,
) -> None:
    """Measure a detector: quality by label, source, functionality and target group, with 95 % intervals."""
    chosen = text_detector(detector)
    with opened_inputs(datasets, format_) as inputs:
        done = evaluate_files(chosen, inputs, columns=mapping(column), split=split, seed=seed, now=utc_now())
    if json:
        as_json(done)
        return
    _print(done, seed)


def _print(done: Evaluation, seed: int) -> None:
    out = console()
    out.print(line(f"{done.detector} {done.version} on {done.rows:,} rows, seed {seed}"))
    if done.rejected:
        out.print(f"{done.rejected:,} rows could not be read and are not counted", markup=False)
    for label, threshold in done.quality.thresholds.items():
        groups = [one for one in done.quality.groups if one.label == label]
        if groups:
            columns = ["by", "group", "#rows", "#positive", "#unknown", "accuracy", "macro-F1", "AUC"]
            columns += ["recall", "false alarms"]
            out.print()
            rows = [_row(one) for one in groups]
            out.print(table(columns, rows, title=f"{label} from {threshold:.3f}"))


def _row(one: GroupQuality) -> tuple[str, ...]:
    figures = (one.accuracy, one.f1_macro, one.auc, one.recall, one.false_positive_rate)
    counts = (str(one.rows), str(one.positives), str(one.unknown))
    return (one.column, one.group[:40], *counts, *(_figure(figure) for figure in figures))


def _figure(measured: Measured | None) -> str:
    return "-" if measured is None else f"{measured.value:.3f} ({measured.low:.3f}-{measured.high:.3f})"
