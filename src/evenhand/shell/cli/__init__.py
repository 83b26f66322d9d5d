"""The command line: noun, then verb, as in the Python API. Each command is one file of a few lines.

Exit codes: 0 done, 1 refused by a rule, 2 bad input or misuse, 3 something outside failed.
"""

from ._main import app, main

__all__ = ["app", "main"]
