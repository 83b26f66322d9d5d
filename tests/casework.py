"""Builders for all between a post and a notice: the least code, so that a test shows what it is about."""

import io
import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from evenhand.app import App, Input
from evenhand.app.scan import Progress, ScanOptions, Summary, scan
from evenhand.cases import CaseOpened, CaseStatus, opened
from evenhand.intake import Format, Reject
from evenhand.store import Store
from evenhand.vocabulary import (
    CaseId,
    ClauseId,
    PolicyId,
    PolicyRef,
    PostedItem,
    Recommendation,
    Report,
    ReporterClass,
    ReportId,
    Subject,
    SubjectKind,
    Term,
)
from evenhand.vocabulary import (
    Sequence as Seq,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
POLICY = PolicyRef(policy=PolicyId("conduct"), version="1.0", content_hash="c0" * 32)
DOCUMENT = """# Conduct

```settings
policy = "conduct"
version = "1.0"
language = "en"
```

## T1 Degrading people

Do not call people zorbles.

```clause
severity = 3
actions = ["label", "limit", "remove"]
```

```rule T1.words
when terms.degrading >= 1
then review in "hate" priority 3
```

## T2 Threats

Do not threaten people with the quimble.

```clause
severity = 5
actions = ["remove"]
```

```rule T2.words
when terms.threats >= 1
then review in "violence" priority 1
```
"""
BANKS = {
    "degrading": "bank: degrading\nmeaning: Made for tests.\nlanguage: en\n\nzorble\n",
    "threats": "bank: threats\nmeaning: Made for tests.\nlanguage: en\n\nquimble you\n",
}


def a_policy_folder(folder: Path, document: str = DOCUMENT, banks: Mapping[str, str] = BANKS) -> Path:
    """A policy of two clauses whose rules read term banks alone."""
    (folder / "terms").mkdir(parents=True, exist_ok=True)
    (folder / "policy.md").write_text(document, encoding="utf-8")
    for name, content in banks.items():
        (folder / "terms" / f"{name}.txt").write_text(content, encoding="utf-8")
    return folder


class Clock:
    """A clock that goes on by a millisecond whenever it is read.

    Attributes:
        now: What it shows next.
    """

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


def chance(seed: int = 7) -> Callable[[int], bytes]:
    """Random bytes from a seed."""
    return random.Random(seed).randbytes


def an_app(folder: Path, *, seed: int = 7, clock: Callable[[], datetime] | None = None) -> App:
    """An installation with its store in `folder`, a clock that starts at `NOW`, and seeded randomness."""
    return App(Store.open(f"sqlite:///{folder}/evenhand.db"), clock or Clock(), chance(seed))


def posts(*texts: str, **columns: object) -> list[dict[str, object]]:
    """Posts `p1`, `p2`, ... of one source, posted an hour before `NOW`."""
    at = (NOW - timedelta(hours=1)).isoformat()
    return [
        {"id": f"p{number}", "text": text, "author": f"a{number}", "created_at": at, **columns}
        for number, text in enumerate(texts, start=1)
    ]


def an_input(rows: Sequence[Mapping[str, object]], name: str = "posts.jsonl") -> Input:
    """Rows as a file of JSON Lines."""
    data = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    return Input(name=name, stream=io.BytesIO(data), format=Format.JSONL, size=len(data))


def scanned(
    app: App,
    rows: Sequence[Mapping[str, object]],
    policy: Path | None = None,
    *,
    rejects: list[Reject] | None = None,
    on_progress: Callable[[Progress], None] = lambda _: None,
    workers: int = 1,
    chunk_items: int = 4096,
) -> Summary:
    """Scan rows of the source `test` to the end."""
    return scan(
        app,
        [an_input(rows)],
        ScanOptions(
            policies=[policy] if policy else [], source="test", workers=workers, chunk_items=chunk_items
        ),
        on_progress,
        (rejects if rejects is not None else []).extend,
    )


def an_item(name: str = "p1", **fields: object) -> PostedItem:
    """A post as a full row."""
    made = PostedItem(
        seq=Seq(1),
        source="test",
        id=name,
        kind="post",
        author="someone",
        text="all of them are zorbles",
        created_at=NOW - timedelta(hours=1),
        received_at=NOW,
        scanned_at=NOW,
        content_hash="ab" * 16,
        reach=12,
        url=None,
    )
    return replace(made, **fields)  # type: ignore[arg-type]  # names and values are the test's own


def a_subject(name: str = "p1") -> Subject:
    return Subject(kind=SubjectKind.ITEM, source="test", id=name)


def a_status(name: str = "c_1", **fields: object) -> CaseStatus:
    """An open case."""
    first = CaseOpened(at=NOW, subject=a_subject(f"of-{name}"))
    return replace(opened(CaseId(name), first), **fields)  # type: ignore[arg-type]  # the same


def a_recommendation(**fields: object) -> Recommendation:
    made = Recommendation(
        policy=POLICY,
        clause=ClauseId("T1"),
        rule="T1.words",
        queue="hate",
        priority=3,
        severity=3,
        terms=(Term(text="terms.degrading >= 1", value=1.0, holds=True),),
    )
    return replace(made, **fields)  # type: ignore[arg-type]  # the same


def a_report(name: str = "r_1", **fields: object) -> Report:
    made = Report(
        id=ReportId(name),
        subject=a_subject(),
        reporter_class=ReporterClass.USER,
        reporter="somebody",
        clause=None,
        text="this is aimed at me",
        received_at=NOW,
    )
    return replace(made, **fields)  # type: ignore[arg-type]  # the same
