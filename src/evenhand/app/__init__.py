"""The use cases: load, call the core, save, append. One module per capability, wired once."""

from ._app import App, utc_now
from ._inputs import Input, opened_inputs

__all__ = ["App", "Input", "opened_inputs", "utc_now"]
