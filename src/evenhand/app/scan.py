"""Scanning: items in, the whole way to cases.

Chunks are read, screened for what is known, examined (in worker processes where there are several cores) and
committed in order. One transaction takes a group of chunks: key rows, journal, full rows, findings,
recommendations, cases, events and pending ledger entries. After a crash a chunk is wholly there or not at
all, and the same scan again goes on without doubling anything.
"""

import json
import os
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path

import msgspec
import sqlalchemy as sa

from evenhand.intake import Admission, Key, Reject, admit, read_items
from evenhand.store import cases, history, items, reasons, scans
from evenhand.vocabulary import check_source

from ._app import App
from ._chunks import Prepared, conflicts, history_rows, prepare, without_duplicates
from ._counting import Counters
from ._crew import Crew, Result, bound_memory
from ._inputs import Input
from ._joining import Docket, arrivals, join
from ._tools import CHUNK_ITEMS, Examined, Tools
from .policies import put_in_force

GROUP_CHUNKS = 8
"""Chunks that one commit takes at most: those that are ready share one fsync."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanOptions:
    """How to scan.

    Attributes:
        policies: Folders of the policies to apply; none means those in force, or the shipped ones.
        columns: Known column -> what it is called in the files.
        source: Where ids are unique, for items that do not say.
        workers: Processes that examine; 1 does everything in this one.
        chunk_items: Items that are read, examined and kept together: memory grows with it.
    """

    policies: Sequence[Path] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    source: str = "default"
    workers: int = 1
    chunk_items: int = CHUNK_ITEMS


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a scan is; everything counted here is committed.

    Attributes:
        read: Rows read.
        accepted: Items accepted, revisions included.
        revisions: Later edits of items accepted before.
        duplicates: Items accepted before with the same content, or in a newer revision.
        rejected: Rows that were malformed, or whose name is taken.
        surfaced: Items that a rule brought to review.
        opened: Cases opened.
        joined: Times that an item joined an open case.
        position: Bytes read of all inputs.
    """

    read: int = 0
    accepted: int = 0
    revisions: int = 0
    duplicates: int = 0
    rejected: int = 0
    surfaced: int = 0
    opened: int = 0
    joined: int = 0
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a scan did.

    Attributes:
        scan: Its id in the store.
        progress: The counts of this run.
        by_clause: Policy, clause, items and cases, of the whole scan, interrupted runs included.
        unknown: Rule -> items it could not be decided for, of this run.
    """

    scan: int
    progress: Progress
    by_clause: Sequence[tuple[str, str, int, int]]
    unknown: Mapping[str, int]


OnProgress = Callable[[Progress], None]
OnRejects = Callable[[Sequence[Reject]], None]
Deliver = Callable[[int], None]


def scan(
    app: App,
    inputs: Sequence[Input],
    options: ScanOptions,
    on_progress: OnProgress,
    on_rejects: OnRejects,
    deliver: Deliver = lambda _: None,
) -> Summary:
    """Scan files to the end.

    Args:
        app: The installation.
        inputs: What to read, in order.
        options: How.
        on_progress: Called after each commit.
        on_rejects: Called with rows that were not accepted, before the commit that follows them.
        deliver: Called with the scan's id when all is committed and before the scan counts as finished: if it
            fails, an equal scan goes on with this one, and delivers everything.

    Raises:
        BadInput: A file cannot be read as items at all, or a policy does not compile.
        Outside: Disk or worker processes failed. What was reported as progress is kept.
    """
    check_source(options.source)
    bound_memory()
    tools = put_in_force(app, options.policies)
    with app.store.transaction() as tx:
        scan_id = scans.begin(tx, inputs=_fingerprint(app, inputs, options, tools), at=app.clock())
    with Crew(tools, options.workers) as crew:
        run = _Run(app, tools, scan_id, on_progress, on_rejects)
        run.all(_chunks(app, inputs, options), crew)
    deliver(scan_id)
    with app.store.transaction() as tx:
        scans.finish(tx, scan_id, app.clock())
        by_clause = cases.by_clause(tx, scan_id)
    return Summary(scan=scan_id, progress=run.progress, by_clause=by_clause, unknown=run.unknown)


def _fingerprint(app: App, inputs: Sequence[Input], options: ScanOptions, tools: Tools) -> str:
    """What makes two scans the same: which files of which size, how they are read, and the policies.

    A stream has no size and cannot be told from another: a scan of one is like no other scan.
    """
    same = {
        "files": [[os.path.realpath(one.name), one.size, one.format] for one in inputs],
        "columns": dict(sorted(options.columns.items())),
        "source": options.source,
        "policies": [version.policy.ref.content_hash for version in tools.current],
    }
    return json.dumps(same | ({"only": app.new_id("s")} if any(one.size is None for one in inputs) else {}))


def _chunks(app: App, inputs: Sequence[Input], options: ScanOptions) -> Iterator[Prepared]:
    before = 0
    for one in inputs:
        position = 0
        now = app.clock()
        for chunk in read_items(
            one.stream,
            one.format,
            name=one.name,
            columns=options.columns,
            source=options.source,
            now=now,
            rows=options.chunk_items,
        ):
            position = chunk.position
            yield prepare(chunk, now, name=one.name, position=before + position)
        before += max(position, one.size or 0)


class _Run:
    """One run of a scan: counts, and the commits."""

    def __init__(
        self, app: App, tools: Tools, scan_id: int, on_progress: OnProgress, on_rejects: OnRejects
    ) -> None:
        self.progress = Progress()
        self.unknown: Counter[str] = Counter()
        self._app = app
        self._tools = tools
        self._scan_id = scan_id
        self._on_progress = on_progress
        self._on_rejects = on_rejects
        # One moment for the whole run: its policies were loaded then, and a version that somebody puts in
        # force meanwhile judges nothing here.
        self._scanned_at = app.clock()
        self._counters = Counters(tools, app.store.history)

    def all(self, chunks: Iterator[Prepared], crew: Crew) -> None:
        """Every chunk, in order, committed as soon as it is examined; at most `crew.window` are under way."""
        if self._counters.any:
            with self._app.store.reading() as tx:  # so that no writer waits for it
                self._counters.catch_up(tx)
        under_way: deque[tuple[Prepared, Result]] = deque()
        for chunk in chunks:
            fresh = self._screen(chunk)
            under_way.append((fresh, crew.submit(fresh.items, self._scanned_at)))
            if len(under_way) >= crew.window or under_way[0][1].ready():
                self._commit(_ready(under_way))
        while under_way:
            self._commit(_ready(under_way))

    def _screen(self, chunk: Prepared) -> Prepared:
        """Leave out what was accepted before, so that a scan that goes on examines nothing twice."""
        with self._app.store.reading() as tx:
            return without_duplicates(chunk, items.known_by_source(tx, chunk.keys))

    def _commit(self, group: Sequence[tuple[Prepared, Examined]]) -> None:
        """One transaction for a group of chunks; counts are taken over only once it is on the disk."""
        progress, rejects, unknown = self.progress, list[Reject](), Counter[str]()
        with self._app.store.transaction() as tx:
            for chunk, examined in group:
                step, refused, undecided = self._take(tx, chunk, examined)
                progress = _sum(progress, step)
                rejects += refused
                unknown.update(undecided)
            if rejects:
                self._on_rejects(rejects)
        self.progress = progress
        self.unknown.update(unknown)
        self._on_progress(progress)
        self._seal()

    def _take(
        self, tx: sa.Connection, chunk: Prepared, examined: Examined
    ) -> tuple[Progress, Sequence[Reject], Mapping[str, int]]:
        """Accept one chunk and bring what was surfaced in it into cases; also gives what was undecided."""
        now = self._app.clock()
        admission, first = self._accept(tx, chunk, examined, now)
        if self._counters.any and len(admission.accepted):
            examined = self._counters.surface(
                tx, examined, chunk.items, admission.accepted, first, self._scanned_at
            )
        numbers = {int(row): first + place for place, row in enumerate(admission.accepted)}
        watched = _watched(tx, chunk, examined, numbers) if admission.revisions else set()
        arrived = arrivals(chunk, examined, numbers, watched, self._tools, self._scanned_at)
        docket = Docket(self._app, tx, now, [one.item.subject for one in arrived])
        joined = join(docket, arrived, now)
        items.put_full_rows(
            tx, [one.item for one in joined.arrived], [one.account_hash for one in joined.arrived]
        )
        items.put_findings(tx, {one.item.seq: one.findings for one in joined.arrived})
        reasons.put(tx, joined.seen)
        cases.put_recommendations(tx, self._scan_id, joined.recommendations)
        docket.write()
        refused = conflicts(tx, self._app.store.history, chunk, admission.conflicts)
        step = Progress(
            read=chunk.read,
            accepted=len(admission.accepted),
            revisions=admission.revisions,
            duplicates=chunk.duplicates + admission.duplicates,
            rejected=len(chunk.rejects) + len(refused),
            surfaced=sum(bool(one.recommendations) for one in joined.arrived),
            opened=docket.opened,
            joined=docket.joined,
            position=chunk.position,
        )
        return step, [*chunk.rejects, *refused], examined.unknown

    def _accept(
        self, tx: sa.Connection, chunk: Prepared, examined: Examined, now: datetime
    ) -> tuple[Admission, int]:
        known = items.known_by_source(tx, chunk.keys)
        admission = admit(chunk.keys, chunk.hashes, chunk.edited, chunk.owned, known)
        first = items.accept(tx, history_rows(chunk, examined.signals, admission, self._scanned_at), now)
        return admission, first

    def _seal(self) -> None:
        with self._app.store.reading() as tx:
            due = history.due(tx)
        if due:
            with self._app.store.transaction() as tx:
                history.seal(tx, self._app.store.history, self._app.clock())


def _watched(tx: sa.Connection, chunk: Prepared, examined: Examined, numbers: Mapping[int, int]) -> set[Key]:
    """Names in a chunk that a case is open about, or that a row of the chunk may open one about."""
    ids: dict[str, list[str]] = {}
    for row in numbers:
        source, name = chunk.keys[row]
        ids.setdefault(source, []).append(name)
    found = {(source, name) for source, names in ids.items() for name in cases.open_about(tx, source, names)}
    return found | {chunk.keys[one.row] for one in examined.surfaced}


def _ready(
    under_way: "deque[tuple[Prepared, Result]]",
) -> list[tuple[Prepared, Examined]]:
    """Take the oldest chunk, waiting for it, and with it those behind it that are done already."""
    chunk, pending = under_way.popleft()
    group = [(chunk, pending.wait())]
    while under_way and len(group) < GROUP_CHUNKS and under_way[0][1].ready():
        chunk, pending = under_way.popleft()
        group.append((chunk, pending.wait()))
    return group


def _sum(before: Progress, step: Progress) -> Progress:
    """Counts add up; the position is where the newest chunk ended."""
    counts = {one.name: getattr(before, one.name) + getattr(step, one.name) for one in fields(Progress)}
    return Progress(**{**counts, "position": step.position})


def recommendations(app: App, scan_id: int) -> Iterator[dict[str, object]]:
    """What a scan surfaced, one record per rule that spoke, in order of arrival."""
    with app.store.reading() as tx:
        for source, name, case_id, said in cases.recommended(tx, scan_id):
            yield {"source": source, "id": name, "case": case_id, **msgspec.to_builtins(said)}
