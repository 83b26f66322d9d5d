"""Killed at random points, what is lost, and what is doubled?

    python benchmarks/kill.py [--kills 50] [--items 24000] [--seed 20261121]

A child process scans posts made from a seed, and is killed with SIGKILL: half of the times before or after a
random statement to the store (COMMIT included), half of the times after a random delay. It is started again
until it finishes; then once more into a new store, until it was killed so often. Each time the store's
invariants are checked, and that everything the child had acknowledged is there. When a scan finished, what it
recommended must equal what an uninterrupted scan recommends. The same then for decisions. Prints JSON and
writes it to benchmarks/results/kill.json; exits 1 on any loss.
"""

import argparse
import json
import os
import platform
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from evenhand.app import App, opened_inputs
from evenhand.app.cases import decide_case, list_cases
from evenhand.app.keeping import check_store
from evenhand.app.scan import Progress, ScanOptions, recommendations, scan
from evenhand.app.staff import add_staff, put_setting
from evenhand.errors import Refused
from evenhand.store import Store, items
from evenhand.vocabulary import Action, ClauseId, Verdict

RESULTS = Path(__file__).parent / "results" / "kill.json"
ORDINARY = "river bridge market garden school football weather morning train ticket library choir".split()  # noqa: SIM905
VIOLATIONS = (
    "Travellers are vermin. You don't house vermin, you call the man.",
    "Refugees are vermin and rats, all of them",
    "Jews are vermin",
)


@dataclass(slots=True)
class Tally:
    """What the kills did.

    Attributes:
        kills: Children killed.
        finished: Children that ended by themselves, before their kill came.
        acknowledged: Acknowledgements received.
        faults: Everything that was lost, doubled or broken, in words.
    """

    kills: int = 0
    finished: int = 0
    acknowledged: int = 0
    faults: list[str] = field(default_factory=list)


def make_posts(path: Path, count: int, chance: random.Random) -> None:
    """Posts as JSON Lines; one in fifty is a violation."""
    with path.open("w") as stream:
        for number in range(count):
            words = " ".join(chance.choices(ORDINARY, k=chance.randint(6, 16)))
            text = chance.choice(VIOLATIONS) if number % 50 == 7 else words
            row = {"id": f"p{number}", "text": text, "author": f"a{number % 97}", "created_at": 1_760_000_000}
            stream.write(json.dumps(row) + "\n")


def child(mode: str, url: str, data: str, statement: int) -> None:
    """Scan, or decide one case; kill oneself at a statement, if one is named."""
    app = App(Store.open(url))
    if statement:
        _die_at(statement)
    if mode == "scan":
        with opened_inputs([data]) as inputs:
            scan(app, inputs, ScanOptions(), _acknowledge, lambda _: None)
        return
    (queued,) = list_cases(app, state=None, queue=None, limit=1)  # fails where none is left
    verdict = Verdict(clause=ClauseId(str(queued.clause)), action=Action.REMOVE, reason="It attacks people.")
    decision, _ = decide_case(app, queued.status.id, verdict, by="ana")
    os.write(1, f"{decision.id}\n".encode())


def _acknowledge(progress: Progress) -> None:
    os.write(1, f"{progress.accepted}\n".encode())


def _die_at(statement: int) -> None:
    """SIGKILL before the statement of that number, or after it where the number is odd."""
    seen = [0]

    def count(*_: object, after: bool) -> None:
        seen[0] += not after
        if seen[0] == statement and after == bool(statement % 2):
            os.kill(os.getpid(), signal.SIGKILL)

    engines = sa.Engine  # the class: every engine of this process
    sa.event.listen(engines, "before_cursor_execute", lambda *a: count(*a, after=False))
    sa.event.listen(engines, "after_cursor_execute", lambda *a: count(*a, after=True))


def run_child(mode: str, url: str, data: Path, chance: random.Random, points: int) -> tuple[bool, list[str]]:
    """Run a child to its end or its kill; gives whether it ended by itself, and what it acknowledged."""
    at_statement = chance.random() < 0.5
    statement = chance.randint(1, points) if at_statement else 0
    command = [sys.executable, __file__, "--child", mode, "--url", url, "--data", str(data)]
    process = subprocess.Popen([*command, "--statement", str(statement)], stdout=subprocess.PIPE, text=True)
    if not at_statement:
        time.sleep(chance.uniform(0.9, 3.5) if mode == "scan" else chance.uniform(0.5, 1.5))
        process.send_signal(signal.SIGKILL)
    said, _ = process.communicate()
    if process.returncode not in {0, -signal.SIGKILL}:
        raise SystemExit(f"the child failed with {process.returncode}")
    return process.returncode == 0, said.split()


def kill_scans(folder: Path, data: Path, kills: int, chance: random.Random, count: int) -> Tally:
    """Kill scans until there were so many kills."""
    tally = Tally()
    whole = folder / "whole.db"
    points = _statements(lambda: child("scan", f"sqlite:///{whole}", str(data), 0))
    expected = _surfaced(whole)
    while tally.kills < kills:
        store = folder / f"scan-{tally.kills}.db"
        stored, ended = 0, False
        while not ended and tally.kills < kills:
            ended, said = run_child("scan", f"sqlite:///{store}", data, chance, points)
            tally.kills, tally.finished = tally.kills + (not ended), tally.finished + ended
            tally.acknowledged += len(said)
            now = _accepted(store)
            if said and now < stored + int(said[-1]):
                tally.faults.append(f"{stored + int(said[-1])} items acknowledged, {now} stored")
            stored = now
            tally.faults += check_store(App(Store.open(f"sqlite:///{store}")))
        if ended and (stored != count or _surfaced(store) != expected):
            tally.faults.append(f"{store.name}: a scan that was killed found other things than a whole one")
        _remove(store)
    return tally


def kill_decisions(folder: Path, data: Path, kills: int, chance: random.Random) -> Tally:
    """Kill decisions until there were so many kills."""
    tally = Tally()
    path = folder / "whole.db"
    url = f"sqlite:///{path}"
    app = App(Store.open(url))
    for act in (
        lambda: add_staff(app, "ana"),
        lambda: put_setting(app, "complaints-to", "complaints@town.example"),
    ):
        try:
            act()
        except Refused:
            continue
    told: set[str] = set()
    points = _statements(lambda: child("decide", url, str(data), 0)) * 5 // 4  # some end before their kill
    while tally.kills < kills:
        ended, said = run_child("decide", url, data, chance, points)
        tally.kills, tally.finished = tally.kills + (not ended), tally.finished + ended
        tally.acknowledged += len(said)
        told.update(said)
        with app.store.reading() as tx:
            stored = set(tx.exec_driver_sql("SELECT id FROM decisions").scalars())
        if lost := told - stored:
            tally.faults.append(f"decisions {sorted(lost)} were acknowledged and are gone")
        tally.faults += check_store(app)
    return tally


def _statements(act: Callable[[], None]) -> int:
    """How many statements to the store something takes."""
    seen = [0]

    def count(*_: object) -> None:
        seen[0] += 1

    sa.event.listen(sa.Engine, "before_cursor_execute", count)
    act()
    sa.event.remove(sa.Engine, "before_cursor_execute", count)
    return seen[0]


def _surfaced(path: Path) -> list[tuple[object, object]]:
    app = App(Store.open(f"sqlite:///{path}"))
    return sorted((one["id"], one["rule"]) for one in recommendations(app, 1))


def _accepted(path: Path) -> int:
    if not path.exists():
        return 0
    with Store.open(f"sqlite:///{path}").reading() as tx:
        return int(items.last_seq(tx))


def _remove(store: Path) -> None:
    for path in store.parent.glob(f"{store.name}*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def main(arguments: Sequence[str]) -> int:
    """Run, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--items", type=int, default=24_000)
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--no-write", action="store_true", help="print only")
    parser.add_argument("--child", choices=["scan", "decide"], help=argparse.SUPPRESS)
    for name in ("--url", "--data", "--statement"):
        parser.add_argument(name, default="0", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        child(options.child, options.url, options.data, int(options.statement))
        return 0
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = folder / "posts.jsonl"
        make_posts(data, options.items, chance)
        scans = kill_scans(folder, data, options.kills, chance, options.items)
        decisions = kill_decisions(folder, data, options.kills, chance)
    result = {
        "question": "killed at random points, is anything acknowledged lost or anything doubled?",
        "command": f"python benchmarks/kill.py --kills {options.kills} --items {options.items}",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "seed": options.seed,
        **{
            name: {
                "kills": tally.kills,
                "ended_before_the_kill": tally.finished,
                "acknowledgements": tally.acknowledged,
                "faults": tally.faults,
            }
            for name, tally in (("scan", scans), ("decide", decisions))
        },
    }
    text = json.dumps(result, indent=2)
    if not options.no_write:
        RESULTS.write_text(text + "\n")
    print(text)
    return 1 if scans.faults or decisions.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
