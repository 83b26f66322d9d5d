"""The README's picture: one case of the demonstration, as a terminal shows it."""  # noqa: INP001 - see generate.py

import html
import re
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.terminal_theme import MONOKAI

from evenhand.app import App
from evenhand.app.cases import list_cases, show_case
from evenhand.app.demo import run_demo
from evenhand.shell.cli._case_page import case_page  # it is the page that is pictured
from evenhand.store import Store

SHOWN = "Rooms to let"
"""How the post begins that is shown: a notice that everybody has met, without a term of abuse."""

_WIDTH = 104
_NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
_MUCH = 10_000  # cases listed: more than the sample has
_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
_TEXT = re.compile(r"<text[^>]*>(.*?)</text>", re.DOTALL)


def picture() -> str:
    """The SVG. The demonstration is run in earnest, with its clock and its randomness fixed."""
    with TemporaryDirectory() as folder:
        app = _demonstrated(Path(folder))
        console = Console(record=True, width=_WIDTH, file=StringIO(), highlight=False, force_terminal=True)
        queue = list_cases(app, state=None, queue=None, limit=_MUCH)
        name = next(one.status.id for one in queue if one.item and (one.item.text or "").startswith(SHOWN))
        console.print(f"[bold green]$[/] evenhand cases show {name}")
        case_page(console, show_case(app, name))
    drawn = console.export_svg(title="evenhand", theme=MONOKAI, unique_id="evenhand")
    return _FONTS.sub("", drawn) + "\n"  # the fonts of the reader's own system: a picture fetches nothing


def words(svg: str) -> str:
    """What a picture says, without how it is drawn: a line for each piece of text."""
    return "".join(f"{html.unescape(piece).rstrip()}\n" for piece in _TEXT.findall(svg))


def _demonstrated(folder: Path) -> App:
    entropy = Random(7).randbytes  # noqa: S311 - the same each time on purpose: nothing here is a secret
    done = run_demo(folder, workers=1, on_progress=lambda _: None, clock=_clock, entropy=entropy)
    return App(Store.open(done.url), _clock, entropy)


def _clock() -> datetime:
    """A clock that stands still."""
    return _NOW
