"""What a decision orders, and the effect that delivers it to the platform."""

from ._effects import RESTRICTING, UNDO_WINDOW, effect_of

__all__ = ["RESTRICTING", "UNDO_WINDOW", "effect_of"]
