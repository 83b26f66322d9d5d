"""Plots of shares against shares, as SVG that stands in a page: no script, no font, colours from its CSS."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

_SIDE: Final = 240  # of the square from 0 to 1, in units of the drawing
_LEFT: Final = 46
_TOP: Final = 10
_WIDTH: Final = _LEFT + _SIDE + 14
_HEIGHT: Final = _TOP + _SIDE + 44
_TICKS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)

Spot = tuple[float, float]
"""Two shares, 0 to 1: to the right, and up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """What is to be drawn.

    Attributes:
        name: What it shows, in a few words.
        says: What can be seen in it, for whoever cannot see it.
        right: What the axis to the right measures.
        up: What the axis up measures.
        line: The curve; empty for none.
        spots: Single points.
        bars: Intervals of a share up: right, low, high.
        guide: The dashed line to hold the curve against.
    """

    name: str
    says: str
    right: str
    up: str
    line: Sequence[Spot] = ()
    spots: Sequence[Spot] = ()
    bars: Sequence[tuple[float, float, float]] = ()
    guide: tuple[Spot, Spot]


def svg(plot: Plot) -> Markup:
    """A plot as an image with a name and a description."""
    parts = [
        *_axes(plot),
        _path("guide", plot.guide),
        *([_path("curve", plot.line)] if plot.line else []),
        *(_path("bar", [(right, low), (right, high)]) for right, low, high in plot.bars),
        *(
            Markup('<circle class="spot" cx="{}" cy="{}" r="3.5"/>').format(*_place(spot))
            for spot in plot.spots
        ),
    ]
    return Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}: {}"><title>{}</title>{}</svg>').format(
        _WIDTH, _HEIGHT, plot.name, plot.says, plot.name, Markup("").join(parts)
    )


def _axes(plot: Plot) -> Iterable[Markup]:
    """Grid, numbers, and what is measured."""
    bottom = _TOP + _SIDE
    for tick in _TICKS:
        yield _path("grid", [(tick, 0), (tick, 1)])
        yield _path("grid", [(0, tick), (1, tick)])
        right, up = _place((tick, tick))
        yield _words(right, bottom + 16, "middle", f"{tick:g}")
        yield _words(_LEFT - 6, up + 4, "end", f"{tick:g}")
    yield _words(_LEFT + _SIDE / 2, bottom + 36, "middle", plot.right)
    middle = _TOP + _SIDE / 2
    yield Markup('<g transform="rotate(-90 12 {})">{}</g>').format(
        middle, _words(12, middle + 4, "middle", plot.up)
    )


def _words(x: float, y: float, anchor: str, words: str) -> Markup:
    return Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(x, y, anchor, words)


def _path(kind: str, spots: Iterable[Spot]) -> Markup:
    places = " L".join(f"{x} {y}" for x, y in map(_place, spots))
    return Markup('<path class="{}" d="M{}"/>').format(kind, places)


def _place(spot: Spot) -> tuple[float, float]:
    right, up = spot
    return round(_LEFT + right * _SIDE, 1), round(_TOP + (1 - up) * _SIDE, 1)
