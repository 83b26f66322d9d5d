"""A sample stream: ten days of an invented community service, the same for the same seed.

    sample = sample_items(texts, seed=7, until=now)
    sample.rows[0]["text"]
    sample.labels["hv-0421"]  # "H2": the clause it breaks; or the exception it shows: "counter-speech"

It shows a platform as it is: mostly ordinary life, some violations, and twice as many posts that only look
like one.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from evenhand.errors import BadInput

from ._sample_rows import Account, Draft, SampleRow, make_account, number
from ._sample_texts import (
    ANYONE,
    SampleTexts,
    TextSet,
    Thread,
    ThreadPost,
    fill,
    gist,
    read_sample_texts,
    spoken,
)

__all__ = ["Sample", "SampleRow", "sample_items"]

DAYS: Final = 10
ITEMS: Final = 2600
_REPLIES: Final = 0.4  # of the filled items: the share that answers another
_TRIES: Final = 400  # for one text that nobody wrote yet, before the templates are found too few
_DEPTH: Final = 3  # how far an answer to an answer goes
_RHYTHM: Final = (3, 2, 1, 1, 1, 3, 7, 12, 13, 10, 9, 9, 12, 11, 9, 9, 10, 13, 15, 16, 16, 14, 10, 6)
"""How busy each hour of the day is, from midnight UTC."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A stream and what its writers meant by it.

    Attributes:
        rows: In order of time; a reply stands after what it answers.
        labels: By id of those rows that break a clause or show an exception: the clause's id, or the heading
            of the exception in lower case with hyphens. Rows without a label are ordinary.
    """

    rows: tuple[SampleRow, ...]
    labels: Mapping[str, str]


def sample_items(texts: Mapping[str, bytes], *, seed: int, until: datetime) -> Sample:
    """The stream of the ten days before `until`, a function of its arguments alone.

    Args:
        texts: The files of one sample by name, as in `samples/harrow-vale`.
        seed: The same seed gives the same stream.
        until: With a time zone; every item is older.

    Raises:
        BadInput: `until` has no time zone, or the texts are not whole, or too few for a stream without
            repetition.
    """
    if until.tzinfo is None:
        raise BadInput("the sample's end has no time zone", mend="pass a time with one, such as UTC")
    read = read_sample_texts(texts)
    stream = _Stream(read, Random(seed), until.astimezone(UTC))  # noqa: S311  chance for a demo, no secret
    stream.tell_threads()
    stream.post_written()
    stream.fill_labelled()
    stream.answer_labelled()
    stream.fill_ordinary()
    rows = number(stream.drafts, stream.rng, stream.until)
    return Sample(
        rows=tuple(row for row, _ in rows),
        labels={row["id"]: label for row, label in rows if label},
    )


@dataclass(slots=True)
class _Stream:
    """The stream while it is being written: each step adds drafts, in any order of time."""

    read: SampleTexts
    rng: Random
    until: datetime
    drafts: list[Draft] = field(default_factory=list)
    accounts: dict[str, Account] = field(init=False)
    said: set[str] = field(default_factory=set)
    turns: Counter[str] = field(default_factory=Counter)  # by circle: how often one of it was asked to write
    uses: Counter[str] = field(default_factory=Counter)  # by template

    def __post_init__(self) -> None:
        self.accounts = {
            handle: make_account(handle, self.read.roles[handle], circles, self.rng, self.until)
            for handle, circles in self.read.circles.items()
        }

    def tell_threads(self) -> None:
        """The written conversations, post by post."""
        for thread in self.read.threads:
            told: list[Draft] = []
            for post in thread.posts:
                told.append(self._thread_post(thread, post, told))
                self._add(told[-1])

    def _thread_post(self, thread: Thread, post: ThreadPost, told: Sequence[Draft]) -> Draft:
        parent = told[post.to] if told else None
        at = (
            self._begin(thread)
            if parent is None
            else parent.at + timedelta(minutes=post.after, seconds=self.rng.randrange(1, 50))
        )
        if at >= self.until:
            raise BadInput(
                f"the post {post.text!r} comes after the end of the sample",
                mend="begin its thread earlier, or shorten `after`",
            )
        source = TextSet(circle=ANYONE, label=post.label)
        author = self.accounts[post.by]
        return Draft(
            text=post.text,
            author=author,
            at=at,
            source=source,
            label=post.label,
            parent=parent,
            lift=post.reach,
        )

    def _begin(self, thread: Thread) -> datetime:
        opens = self.until - timedelta(days=DAYS + 1 - thread.day)
        at = opens.replace(hour=thread.at, minute=self.rng.randrange(20), second=self.rng.randrange(60))
        return at if at >= opens else at + timedelta(days=1)

    def post_written(self) -> None:
        """Every written post, once."""
        for source in self.read.sets:
            tone = "" if source.label or source.language != "en" or source.kind != "post" else "warm"
            for text in source.posts:
                author = self._next_of(source.circle)
                answerable = tone if author.role == "people" else ""
                at = self._moment(source.days)
                self._add(
                    Draft(text=text, author=author, at=at, source=source, label=source.label, tone=answerable)
                )

    def fill_labelled(self) -> None:
        """From the templates that show an exception, as many items as they state."""
        for source in self.read.sets:
            for _ in range(source.share):
                self._add(self._filled(source, self._next_of(source.circle)))

    def answer_labelled(self) -> None:
        """The written answers that break a clause, once each, to accounts of the circle they are aimed at."""
        for source in self.read.sets:
            if not source.label:
                continue
            for reply in source.replies:
                aimed_at = [
                    draft
                    for draft in self.drafts
                    if not draft.label and source.to in draft.author.circles and draft.at < self._last_call()
                ]
                parent = self.rng.choice(aimed_at)
                text = fill(reply, self.read.slots, self.rng, who=parent.author.handle)
                self._add(self._answer(source, text, self._next_of(source.circle), parent))

    def fill_ordinary(self) -> None:
        """Ordinary posts and answers up to the full number; first by those who wrote nothing yet."""
        ordinary = [source for source in self.read.sets if source.templates and not source.label]
        silent = set(self.accounts) - {draft.author.handle for draft in self.drafts}
        writers = [account for account in self.accounts.values() if _sets_of(account, ordinary)]
        weights = [account.activity for account in writers]
        first = [account for account in writers if account.handle in silent]
        answers = round((ITEMS - len(self.drafts)) * _REPLIES)
        while len(self.drafts) < ITEMS - answers:
            account = first.pop() if first else self.rng.choices(writers, weights)[0]
            sets = _sets_of(account, ordinary)
            self._add(self._filled(self.rng.choices(sets, [_weight(source) for source in sets])[0], account))
        while len(self.drafts) < ITEMS:
            self._add(self._answered(self.rng.choices(writers, weights)[0]))

    def _filled(self, source: TextSet, author: Account) -> Draft:
        text = self._unsaid(source.templates, author, source.language)
        tone = source.tone or ("question" if "?" in text else "light")
        return Draft(
            text=text,
            author=author,
            at=self._moment(source.days),
            source=source,
            label=source.label,
            tone="" if source.label else tone,
        )

    def _answered(self, author: Account) -> Draft:
        for _ in range(_TRIES):
            parent = self.rng.choice(self.drafts)
            fitting = self._fitting(parent, author)
            if fitting:
                source = self.rng.choices(fitting, [len(source.replies) for source in fitting])[0]
                who = parent.author.handle
                text = self._unsaid(source.replies, author, source.language, who=who)
                return self._answer(source, text, author, parent)
        raise BadInput("the sample has too few posts to answer", mend="write more posts or replies")

    def _fitting(self, parent: Draft, author: Account) -> list[TextSet]:
        """The sets of replies with which this author may answer that draft."""
        if (
            not parent.tone
            or parent.author is author
            or parent.depth >= _DEPTH
            or parent.at >= self._last_call()
        ):
            return []
        language = parent.source.language
        return [
            source
            for source in self.read.sets
            if source.replies
            and not source.label
            and source.language == language
            and source.circle in {ANYONE, parent.source.circle}
            and (source.tone == parent.tone if language == "en" else source.circle in author.circles)
        ]

    def _answer(self, source: TextSet, text: str, author: Account, parent: Draft) -> Draft:
        room = (self.until - parent.at).total_seconds() - 1
        wait = min(20 + self.rng.lognormvariate(math.log(2400), 1.1), room)
        return Draft(
            text=text,
            author=author,
            at=parent.at + timedelta(seconds=max(1, int(wait))),
            source=source,
            label=source.label,
            parent=parent,
            tone="" if source.label or source.language != "en" else "chat",
        )

    def _unsaid(self, templates: Sequence[str], author: Account, language: str, *, who: str = "") -> str:
        """One of the templates filled to a text that is new in this stream, whoever is addressed.

        Of two templates drawn, the one used less is taken: so all are heard about equally often.
        """
        for _ in range(_TRIES):
            template = min(self.rng.choices(templates, k=2), key=self.uses.__getitem__)
            text = fill(template, self.read.slots, self.rng, who=who)
            if language == "en":
                text = spoken(text, author.voice)
            if gist(text) not in self.said:
                self.uses[template] += 1
                return text
        raise BadInput(
            f"no new text comes of {templates[0]!r} and {len(templates) - 1} more",
            mend="write more templates, or more for their slots",
        )

    def _next_of(self, circle: str) -> Account:
        """The accounts of a circle take turns, so that nobody in it stays silent."""
        members = [account for account in self.accounts.values() if circle in account.circles]
        self.turns[circle] += 1
        return members[
            self.turns[circle] * 7 % len(members) if len(members) % 7 else self.turns[circle] % len(members)
        ]

    def _moment(self, days: Sequence[int]) -> datetime:
        """A moment of one of the days, or of any: in busy hours more often."""
        day = self.rng.choice(days) if days else self.rng.randrange(1, DAYS + 1)
        opens = self.until - timedelta(days=DAYS + 1 - day)
        while True:
            at = opens + timedelta(seconds=self.rng.randrange(86_400))
            if self.rng.random() * max(_RHYTHM) < _RHYTHM[at.hour]:
                return at

    def _last_call(self) -> datetime:
        """From here on nothing is answered: there would be no time left."""
        return self.until - timedelta(minutes=10)

    def _add(self, draft: Draft) -> None:
        self.said.add(gist(draft.text))
        self.drafts.append(draft)


def _sets_of(account: Account, sets: Sequence[TextSet]) -> list[TextSet]:
    return [source for source in sets if source.circle in account.circles]


def _weight(source: TextSet) -> int:
    """How often a set is taken beside others: by its templates, more in one's own language."""
    return len(source.templates) * (1 if source.language == "en" else 4)
