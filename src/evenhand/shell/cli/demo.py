"""`evenhand demo`: the main job on a sample stream, with nothing to prepare."""

import os
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from evenhand.app import App
from evenhand.app.cases import QueuedCase, list_cases
from evenhand.app.demo import STAFF, Demo, run_demo
from evenhand.store import Store

from ._options import Json
from ._output import as_json, console, moment, printable, shown, table
from ._progress import Meter

_SHOWN = 18  # cases in the table
_ALL = 1000


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("demo")(demo)


def demo(
    folder: Annotated[Path, typer.Option("--dir", help="Where to put the stream and its store.")] = Path(
        "demo"
    ),
    workers: Annotated[
        int, typer.Option(min=0, max=64, help="Processes that examine items; 0 is all cores.")
    ] = 0,
    json: Json = False,
) -> None:
    """Scan a sample stream of an invented town's service, and show what was surfaced."""
    with Meter(None) as meter:
        done = run_demo(
            folder,
            workers=workers or os.cpu_count() or 1,
            on_progress=meter.update,
            on_size=meter.expect,
        )
    if json:
        as_json({"store": done.url, "scan": done.summary, "surfaced": sorted(done.surfaced)})
        return
    queue = list_cases(App(Store.open(done.url)), state=None, queue=None, limit=_ALL)
    _print_surfaced(done, queue)
    _print_next(done, queue)


def _print_surfaced(done: Demo, queue: list[QueuedCase]) -> None:
    out = console()
    counts = done.summary.progress
    out.print(
        f"\n{counts.read:,} posts of ten days read, {counts.duplicates:,} of them known from an earlier"
        f" run; {len(done.surfaced)} surfaced for a person to look at. The foremost:\n",
        markup=False,
    )
    rows = [
        (
            one.status.id,
            one.status.queue,
            str(one.status.priority),
            one.clause or "-",
            moment(one.item.created_at),
            shown(one.item.text or "(erased)", 76),
        )
        for one in queue[:_SHOWN]
        if one.item
    ]
    out.print(table(["case", "queue", "#prio", "clause", "posted", "text"], rows))
    violations = {name for name, label in done.labels.items() if label in done.clauses}
    innocents = done.labels.keys() - violations
    ordinary = done.surfaced - done.labels.keys()
    out.print(
        f"\nThe stream's writers marked {len(violations)} posts as violations;"
        f" {len(violations & done.surfaced)} of them were surfaced. Of {len(innocents)} that only look like"
        f" one (counter-speech, quotation, news, idiom), {len(innocents & done.surfaced)} were,"
        f" and of all others {len(ordinary)}."
        " Nothing is decided by a machine.",
        markup=False,
    )


def _print_next(done: Demo, queue: list[QueuedCase]) -> None:
    program = _program()
    case, clause = next(
        (
            (one.status.id, one.clause)
            for one in queue  # one that its writers meant so: nobody is shown how to punish an innocent
            if one.clause and one.item and done.labels.get(one.item.id) == one.clause
        ),
        ("CASE", "CLAUSE"),
    )
    reason = f"This is what {clause} forbids: {done.clauses.get(clause, 'TITLE').lower()}."
    console().print(
        printable(f"""
Look at a case, decide it, and read the notice that goes out:

  export EVENHAND_STORE={done.url}
  {program} cases show {case}
  {program} cases decide {case} --as {STAFF[0]} --clause {clause} --action remove \\
      --reason '{reason}'
  {program} notices show {case}

The whole queue:               {program} cases list
The policy as people read it:  {program} policy show hateful-conduct --document
"""),
        markup=False,
        soft_wrap=True,
        end="",
    )


def _program() -> str:
    """How this program was called, so that the printed commands can be typed as they are."""
    called = Path(sys.argv[0])
    if called.name == "evenhand" and called.parent.as_posix() not in os.environ.get("PATH", "").split(":"):
        return shlex.quote(os.path.relpath(called))
    return "evenhand"
