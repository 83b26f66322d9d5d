"""An evaluation as one page of HTML that needs nothing else: no script, no font, no network."""

from collections.abc import Callable, Sequence
from functools import cache
from importlib import resources

import jinja2
from markupsafe import Markup

from evenhand.app.evaluate import Evaluation
from evenhand.detect.quality import (
    GAP_ROWS,
    MOST_GROUPS,
    Calibration,
    Curve,
    Difference,
    GroupQuality,
    Measured,
)

from ._output import printable
from ._plots import Plot, svg

_DIAGONAL = ((0.0, 0.0), (1.0, 1.0))
_NAME_SHOWN = 60  # characters of a group's name
_POINTS_TOLD = 20  # about so many points of a curve stand in its table; all are in the JSON


def quality_page(done: Evaluation) -> bytes:
    """The page, in UTF-8."""
    return (
        _template()
        .render(done=done, quality=done.quality, gap_rows=GAP_ROWS, most_groups=MOST_GROUPS)
        .encode(errors="replace")
    )


def notes(done: Evaluation, label: str) -> list[str]:
    """What whoever reads the figures of a label has to know first."""
    whole = done.quality.of(label)
    told: list[str] = []
    if done.signals[label] != label:
        told.append(
            f"{done.detector} gives one probability, {done.signals[label]}; it is held against every label."
        )
    if not whole.rows:
        told.append("No row has both a label and a score, so there is no figure.")
    elif whole.positives in {0, whole.rows}:
        kind = "Every row has" if whole.positives else "No row has"
        told.append(f"{kind} the label, so there is no macro-F1, no AUC and no curve.")
    return told


def against_notes(done: Evaluation, label: str) -> list[str]:
    """What whoever reads a comparison on a label has to know first."""
    if done.against is None or done.against.second.signals[label] == label:
        return []
    second = done.against.second
    return [
        f"{second.detector} gives one probability, {second.signals[label]}; it is held against every label."
    ]


@cache
def _template() -> jinja2.Template:
    """The words. `StrictUndefined` refuses a template that asks for what an evaluation has not."""
    source = resources.files(__package__).joinpath("templates/quality.html").read_text(encoding="utf-8")
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
        finalize=lambda value: value if isinstance(value, Markup) else printable(str(value)),
    )
    filters: dict[str, Callable[..., object]] = {
        "share": _share,
        "interval": _interval,
        "difference": _difference,
        "chance": lambda p: "< 0.001" if p < 0.001 else f"{p:.3f}",
        "named": lambda name: name if len(name) <= _NAME_SHOWN else f"{name[: _NAME_SHOWN - 1]}…",
        "plots": _plots,
        "thinned": _thinned,
    }
    environment.filters.update(filters)
    environment.globals.update(notes=notes, against_notes=against_notes)
    return environment.from_string(source)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _interval(measured: Measured | None) -> Markup:
    """A figure, and its interval smaller behind it."""
    if measured is None:
        return Markup("&ndash;")
    return Markup('{} <span class="interval">{}&ndash;{}</span>').format(
        *(f"{value:.3f}" for value in (measured.value, measured.low, measured.high))
    )


def _difference(found: Difference | None) -> Markup:
    """Both figures, and how far they lie apart; set in bold where the interval leaves 0 out."""
    if found is None:
        return Markup("&ndash;")
    apart = found.difference
    told = Markup("{:+.3f}").format(apart.value)
    if apart.low > 0 or apart.high < 0:
        told = Markup("<strong>{}</strong>").format(told)
    return Markup('{:.3f} : {:.3f}<br>{} <span class="interval">{:+.3f} to {:+.3f}</span>').format(
        found.first, found.second, told, apart.low, apart.high
    )


def _thinned(curve: Curve) -> Sequence[object]:
    step = max(len(curve.points) // _POINTS_TOLD, 1)
    return curve.points[::step]


def _plots(whole: GroupQuality, calibration: Calibration | None, curve: Curve | None) -> list[Markup]:
    """Calibration, precision against recall, and recall against false alarms, as far as there are."""
    drawn = [] if calibration is None else [_calibration_plot(calibration)]
    if curve is not None:
        drawn += [_precision_plot(whole, curve), _roc_plot(whole, curve)]
    return [svg(plot) for plot in drawn]


def _calibration_plot(calibration: Calibration) -> Plot:
    bins = calibration.bins
    return Plot(
        name="Calibration",
        says=f"{len(bins)} groups of neighbouring scores; on average their share of rows with the label is"
        f" {calibration.expected_error:.3f} away from their score",
        right="mean score",
        up="share with the label",
        line=[(one.score, one.share.value) for one in bins],
        spots=[(one.score, one.share.value) for one in bins],
        bars=[(one.score, one.share.low, one.share.high) for one in bins],
        guide=_DIAGONAL,
    )


def _precision_plot(whole: GroupQuality, curve: Curve) -> Plot:
    share = whole.positives / whole.rows
    at_threshold = [
        (recall.value, precision.value)
        for recall, precision in [(whole.recall, whole.precision)]
        if recall is not None and precision is not None
    ]
    return Plot(
        name="Precision and recall",
        says=f"dashed, what chance gives: {share:.3f}; the spot is the published threshold",
        right="recall",
        up="precision",
        line=[(point.recall, point.precision) for point in curve.points],
        spots=at_threshold,
        guide=((0.0, share), (1.0, share)),
    )


def _roc_plot(whole: GroupQuality, curve: Curve) -> Plot:
    at_threshold = [
        (alarms.value, recall.value)
        for alarms, recall in [(whole.false_positive_rate, whole.recall)]
        if alarms is not None and recall is not None
    ]
    area = "" if whole.auc is None else f"the area below the curve is {whole.auc.value:.3f}; "
    return Plot(
        name="Recall and false alarms",
        says=f"{area}dashed, what chance gives; the spot is the published threshold",
        right="false alarms",
        up="recall",
        line=[(0.0, 0.0), *((point.false_positive_rate, point.recall) for point in curve.points)],
        spots=at_threshold,
        guide=_DIAGONAL,
    )
