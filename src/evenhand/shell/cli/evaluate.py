"""`evenhand evaluate`: how good a detector is, on labelled data."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from evenhand.app import opened_inputs, utc_now
from evenhand.app.detect import text_detector
from evenhand.app.evaluate import EvaluateOptions, Evaluation, evaluate_files
from evenhand.detect.quality import Comparison, Difference, GroupQuality, Measured

from ._files import keep_apart, written_whole
from ._options import Columns, Json, mapping
from ._output import as_json, console, line, table
from ._quality_page import against_notes, notes, quality_page
from .scan import FormatOption

Datasets = Annotated[
    list[str],
    typer.Argument(
        help="Items with label_hateful, label_abusive, label_threat or label_type.", metavar="DATASET..."
    ),
]
_COUNTS = ("by", "group", "#rows", "#positive", "#unknown")


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("evaluate")(evaluate)


def evaluate(
    datasets: Datasets,
    split: Annotated[str | None, typer.Option(help="Only rows whose column split says so.")] = None,
    detector: Annotated[str, typer.Option(help="Which detector.")] = "text-cascade",
    against: Annotated[
        str | None, typer.Option(help="Compare with this one on the same rows.", metavar="DETECTOR")
    ] = None,
    by: Annotated[
        list[str] | None, typer.Option(help="Judge apart by this column, too.", metavar="COLUMN")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="Write a page with plots and tables.", metavar="REPORT.html")
    ] = None,
    column: Columns = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the bootstrap intervals.")] = 7,
    format_: FormatOption = None,
    json: Json = False,
) -> None:
    """Measure a detector: quality by label and by group, calibration, curves, with 95 % intervals.

    Rows are judged apart by source, functionality, target_group, dialect and language, where they say them.
    """
    chosen = text_detector(detector)
    second = None if against is None else text_detector(against)
    options = EvaluateOptions(columns=mapping(column), split=split, by=by or (), seed=seed)
    with opened_inputs(datasets, format_) as inputs:
        keep_apart(inputs, {"--output": output})
        done = evaluate_files(chosen, inputs, options, against=second, now=utc_now())
    if output is not None:
        with written_whole(output) as draft:
            draft.write([quality_page(done)])
    if json:
        as_json(done)
        return
    _print(done, seed)


def _print(done: Evaluation, seed: int) -> None:
    out = console()
    out.print(line(f"{done.detector} {done.version} on {done.rows:,} rows, seed {seed}"))
    if done.rejected:
        out.print(f"{done.rejected:,} rows could not be read and are not counted", markup=False)
    for column, number in done.quality.left_off.items():
        out.print(line(f"{number:,} groups of {column} with the fewest rows are not judged apart"))
    for label, threshold in done.quality.thresholds.items():
        groups = [one for one in done.quality.groups if one.label == label]
        columns = [*_COUNTS, "accuracy", "macro-F1", "AUC", "recall", "false alarms"]
        out.print()
        out.print(table(columns, map(_row, groups), title=f"{label} from {threshold:.3f}"))
        for note in notes(done, label):
            out.print(line(note))
        _print_summary(out, done, label)
    _print_against(out, done)


def _row(one: GroupQuality) -> tuple[str, ...]:
    figures = (one.accuracy, one.f1_macro, one.auc, one.recall, one.false_positive_rate)
    counts = (str(one.rows), str(one.positives), str(one.unknown))
    return (one.column, one.group[:40], *counts, *(_figure(figure) for figure in figures))


def _print_summary(out: Console, done: Evaluation, label: str) -> None:
    """Calibration, recall at rates of false alarms, gaps: a line each."""
    for one in done.quality.calibrations:
        if one.label == label:
            out.print(line(f"Brier score {_figure(one.brier)}, calibration error {one.expected_error:.3f}"))
    for curve in done.quality.curves:
        if curve.label == label:
            told = [f"{_figure(at.recall)} at {at.rate:.0%}" for at in curve.recall_at]
            out.print(line(f"recall {', '.join(told)} false alarms"))
    for gap in done.quality.gaps:
        if gap.label == label:
            size = f"{_figure(gap.false_positive_rate)}, by chance up to {gap.by_chance:.3f}"
            ends = f"most {gap.most[:40]}, fewest {gap.fewest[:40]}"
            out.print(line(f"gap of false alarms by {gap.column}, {gap.groups} groups: {size}; {ends}"))


def _print_against(out: Console, done: Evaluation) -> None:
    if done.against is None:
        return
    second = done.against.second
    for label in done.quality.thresholds:
        pairs = [one for one in done.against.comparisons if one.label == label]
        out.print()
        if not pairs:
            out.print(line(f"{second.detector} cannot be judged on {label}"))
            continue
        columns = [*_COUNTS, "accuracy", "macro-F1", "AUC", "#only first", "#only second", "p (McNemar)"]
        title = f"{label}: {done.detector} against {second.detector} {second.version}"
        out.print(table(columns, map(_pair, pairs), title=f"{title} from {second.thresholds[label]:.3f}"))
        for note in against_notes(done, label):
            out.print(line(note))


def _pair(one: Comparison) -> tuple[str, ...]:
    counts = (str(one.rows), str(one.positives), str(one.unknown))
    figures = (_apart(figure) for figure in (one.accuracy, one.f1_macro, one.auc))
    rows = (str(one.only_first), str(one.only_second))
    return (one.column, one.group[:40], *counts, *figures, *rows, f"{one.p_value:.3g}")


def _figure(measured: Measured | None) -> str:
    return "-" if measured is None else f"{measured.value:.3f} ({measured.low:.3f}-{measured.high:.3f})"


def _apart(found: Difference | None) -> str:
    """Both figures, and the interval of first minus second."""
    if found is None:
        return "-"
    apart = found.difference
    return f"{found.first:.3f} : {found.second:.3f} ({apart.low:+.3f} to {apart.high:+.3f})"
