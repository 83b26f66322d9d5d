"""The statement of reasons: what a person is told, checked against the record before it can go out."""

from ._statement import Detection, Facts, compose

__all__ = ["Detection", "Facts", "compose"]
