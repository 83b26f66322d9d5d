"""Detectors: what a text, or a term in it, says about an item, as columns and as findings."""

from ._base import Detector, Loader, Shelf
from ._findings import findings
from ._literals import Literal, Literals
from ._run import examine, signals_of

__all__ = ["Detector", "Literal", "Literals", "Loader", "Shelf", "examine", "findings", "signals_of"]
