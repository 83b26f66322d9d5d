"""The demonstration: a sample stream, scanned into a store of its own, ready to be decided about."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from evenhand.errors import Outside
from evenhand.intake import Format
from evenhand.store import Store, cases, registers

from ._app import App, utc_now
from ._inputs import Input
from ._sample import sample_items
from ._shipped import read_folder, shipped
from .policies import put_in_force
from .scan import OnProgress, ScanOptions, Summary, scan
from .staff import add_staff, put_setting

SAMPLE = "harrow-vale"
SEED = 20261121
STAFF = ("ana", "bo")
COMPLAINTS = "complaints@harrow-vale.example"
_RULES_BEFORE = timedelta(days=30)  # the sample service had its rules before its first post


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """What the demonstration made.

    Attributes:
        url: Its store.
        summary: What scanning the stream did.
        labels: Item id -> what its writers meant it to be: a clause it breaks, or an exception it shows.
        clauses: The policy's clauses, id -> title, to tell the two apart.
        surfaced: Ids of the items that a rule brought to review.
    """

    url: str
    summary: Summary
    labels: Mapping[str, str]
    clauses: Mapping[str, str]
    surfaced: frozenset[str]


def run_demo(
    folder: Path,
    *,
    workers: int,
    on_progress: OnProgress,
    on_size: Callable[[int], None] = lambda _: None,
    clock: Callable[[], datetime] = utc_now,
    entropy: Callable[[int], bytes] = secrets.token_bytes,
) -> Demo:
    """Write the sample stream into a folder, scan it, and register the demonstration's staff.

    Run again it doubles nothing: the stream of the first run is kept, and so is what was decided.

    Args:
        folder: Where the stream and its store go.
        workers: Processes that examine.
        on_progress: Called after each commit.
        on_size: Called with the bytes of the stream before it is scanned.
        clock: Gives the time.
        entropy: Gives random bytes.

    Raises:
        Outside: The folder cannot be written.
    """
    url = f"sqlite:///{folder}/evenhand.db"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        app = App(Store.open(url), clock, entropy)
        stream, labels = _stream(folder, app.clock())
        with stream.open("rb") as opened:
            size = stream.stat().st_size
            on_size(size)
            one = Input(name=str(stream), stream=opened, format=Format.JSONL, size=size)
            tools = put_in_force(app, [], since=app.clock() - _RULES_BEFORE)
            _equip(app)
            summary = scan(
                app, [one], ScanOptions(source=SAMPLE, workers=workers), on_progress, lambda _: None
            )
    except OSError as error:
        raise Outside(
            f"{folder} cannot be written: {error.strerror}", mend="name another with --dir"
        ) from error
    with app.store.reading() as tx:
        surfaced = frozenset(cases.surfaced_ids(tx, SAMPLE))
    clauses = {str(clause.id): clause.title for version in tools.current for clause in version.policy.clauses}
    return Demo(url=url, summary=summary, labels=labels, clauses=clauses, surfaced=surfaced)


def _stream(folder: Path, now: datetime) -> tuple[Path, Mapping[str, str]]:
    """The sample's file and labels; written by the first run, which fixes its ten days."""
    items, labels = folder / "items.jsonl", folder / "labels.json"
    if not labels.exists():
        sample = sample_items(read_folder(shipped("samples") / SAMPLE), seed=SEED, until=now)
        items.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in sample.rows))
        labels.write_bytes(msgspec.json.encode(dict(sample.labels)))  # last: its presence says both are whole
    return items, msgspec.json.decode(labels.read_bytes(), type=dict[str, str])


def _equip(app: App) -> None:
    """Register the staff and say where to complain, once."""
    with app.store.reading() as tx:
        missing = [name for name in STAFF if registers.staff_member(tx, name) is None]
        complaints = registers.setting(tx, "complaints-to")
    for name in missing:
        add_staff(app, name)
    if complaints is None:
        put_setting(app, "complaints-to", COMPLAINTS)
