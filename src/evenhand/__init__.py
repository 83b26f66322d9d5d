"""Evenhand: surfaces, decides under a written policy, tells the whole reason, and can be checked."""

__version__ = "0.1.0"
