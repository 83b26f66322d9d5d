"""Detectors: what a text, or a term in it, says about an item, as columns and as findings."""

from ._base import Detector, Embedder, Loader, Shelf
from ._findings import findings
from ._literals import Literal, Literals
from ._nearest import nearest
from ._run import examine, signals_of
from ._seen import Seen, seen

__all__ = [
    "Detector",
    "Embedder",
    "Literal",
    "Literals",
    "Loader",
    "Seen",
    "Shelf",
    "examine",
    "findings",
    "nearest",
    "seen",
    "signals_of",
]
