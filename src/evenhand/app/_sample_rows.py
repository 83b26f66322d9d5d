"""The accounts and posts of a sample stream, and their rows in the form of the item contract."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final, NotRequired, TypedDict

from ._sample_texts import Role, TextSet

_MENTION: Final = re.compile(r"@(\w+)")
_URL: Final = re.compile(r"https?://\S+")
_EDITED: Final = 0.025  # the share of posts that were edited
_VIRAL: Final = 0.01  # the share of posts that travel far without anybody's doing

# Of each sort of account: median followers, spread of their logarithm, and days since it was opened.
_FOLLOWERS: Final[Mapping[Role, tuple[float, float, int, int]]] = {
    "organisations": (3500, 0.6, 500, 3600),
    "officials": (2600, 0.4, 400, 2500),
    "people": (150, 0.9, 12, 3000),
    "troublemakers": (30, 0.8, 10, 45),
}


class SampleRow(TypedDict):
    """One item in the form of the item contract; times are RFC 3339 in UTC."""

    id: str
    text: str
    kind: str
    author: str
    created_at: str
    language: str
    reply_to: str | None
    reply_to_author: str | None
    thread: str
    mentions: list[str]
    urls: list[str]
    reach: int
    author_followers: int
    author_following: int
    author_created_at: str
    author_verified: bool
    edited_at: NotRequired[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who writes in the sample.

    Attributes:
        handle: Its name.
        role: Its sort.
        circles: Whose texts it may write.
        followers: Accounts that follow it.
        following: Accounts that it follows.
        created_at: When it was opened.
        voice: How it writes: `plain`; `lower`, without capitals; `bare`, without a full stop at the end.
        activity: How often it writes, beside others.
    """

    handle: str
    role: Role
    circles: tuple[str, ...]
    followers: int
    following: int
    created_at: datetime
    voice: str
    activity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A post of the sample before it has an id.

    Attributes:
        text: What it says.
        author: Who writes.
        at: When.
        source: The set it comes from.
        label: The clause it breaks or the exception it shows; empty for ordinary life.
        parent: What it answers.
        lift: Times the reach that its author usually has.
        tone: How it may be answered; empty if only by written answers.
    """

    text: str
    author: Account
    at: datetime
    source: TextSet
    label: str = ""
    parent: "Draft | None" = None
    lift: float = 1
    tone: str = ""

    @property
    def depth(self) -> int:
        """How many answers it is away from the post that began the thread."""
        return 0 if self.parent is None else self.parent.depth + 1

    @property
    def root(self) -> "Draft":
        """The post that began the thread."""
        return self if self.parent is None else self.parent.root


def make_account(handle: str, role: Role, circles: tuple[str, ...], rng: Random, until: datetime) -> Account:
    """An account with followers, an age and a voice, as its sort usually has them."""
    median, spread, youngest, oldest = _FOLLOWERS[role]
    followers = max(2, int(rng.lognormvariate(math.log(median), spread)))
    return Account(
        handle=handle,
        role=role,
        circles=circles,
        followers=followers,
        following=max(1, int(followers**0.7 * rng.uniform(0.5, 3))),
        created_at=until - timedelta(days=rng.uniform(youngest, oldest)),
        voice=rng.choices(("plain", "lower", "bare"), (7, 2, 1))[0],
        activity=min(6, rng.paretovariate(1.6)),
    )


def number(drafts: Sequence[Draft], rng: Random, until: datetime) -> list[tuple[SampleRow, str]]:
    """The drafts in order of time as rows with their labels, numbered from `hv-0001`."""
    ordered = sorted(drafts, key=lambda draft: (draft.at, draft.depth))
    ids = {id(draft): f"hv-{place:04d}" for place, draft in enumerate(ordered, start=1)}
    return [(_row(draft, ids, rng, until), draft.label) for draft in ordered]


def _row(draft: Draft, ids: Mapping[int, str], rng: Random, until: datetime) -> SampleRow:
    author, parent = draft.author, draft.parent
    kind = "reply" if parent is not None and draft.source.kind == "post" else draft.source.kind
    row = SampleRow(
        id=ids[id(draft)],
        text=draft.text,
        kind=kind,
        author=author.handle,
        created_at=_written(draft.at),
        language=draft.source.language,
        reply_to=None if parent is None else ids[id(parent)],
        reply_to_author=None if parent is None else parent.author.handle,
        thread=ids[id(draft.root)],
        mentions=list(dict.fromkeys(_MENTION.findall(draft.text))),
        urls=_URL.findall(draft.text),
        reach=_reach(draft, kind, rng),
        author_followers=author.followers,
        author_following=author.following,
        author_created_at=_written(author.created_at),
        author_verified=author.role in {"organisations", "officials"},
    )
    edited_at = draft.at + timedelta(seconds=rng.randrange(40, 5400))
    if rng.random() < _EDITED and edited_at < until:
        row["edited_at"] = _written(edited_at)
    return row


def _reach(draft: Draft, kind: str, rng: Random) -> int:
    """How many people were shown it: a message one, a post a share of those who follow, a few many more."""
    usual = (20 + draft.author.followers * rng.uniform(0.2, 1.1)) * draft.lift
    if kind == "message":
        return 1
    if kind == "reply":
        return int(usual * 0.35) + 1
    return int(usual * (rng.uniform(6, 25) if rng.random() < _VIRAL else 1)) + 1


def _written(at: datetime) -> str:
    return at.replace(microsecond=0).isoformat().replace("+00:00", "Z")
