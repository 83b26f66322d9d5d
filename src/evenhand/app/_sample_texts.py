"""The written texts of a sample stream: TOML files, read and checked once.

`accounts.toml` says who writes, `slots.toml` what fills the templates, `threads.toml` holds conversations;
every other file holds sets of posts, templates and replies.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Final, Literal, TypeVar

import msgspec

from evenhand.errors import BadInput

ACCOUNTS: Final = "accounts.toml"
SLOTS: Final = "slots.toml"
THREADS: Final = "threads.toml"
ANYONE: Final = "*"  # the circle of replies that answer posts of any circle
WHO: Final = "who"  # the one slot that no list fills: the account that is answered
_SLOT: Final = re.compile(r"\{(\w+)\}")
_SENTENCE: Final = re.compile(r"(^(?:@\w+ )?|[.!?] )([a-z])")
_ADDRESSED: Final = re.compile(r"^(?:@\w+ )+")

Tone = Literal["", "chat", "light", "question", "search", "warm"]
Role = Literal["organisations", "officials", "people", "troublemakers"]
Read = TypeVar("Read")


class TextSet(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Texts of one kind that the accounts of one circle write.

    Attributes:
        circle: Who may write them; `*` only for replies to anybody.
        label: The clause that each of them breaks or the exception that each shows; empty for ordinary life.
        language: ISO 639 code.
        kind: Of a post; a reply to one becomes a `reply` unless it is a `message`.
        days: The days, 1 to 10, on which they are written; empty means any.
        tone: Of templates: how they may be answered. Of replies: which posts they answer.
        to: Of replies: the circle whose accounts are answered; empty means anybody.
        share: How many items templates of a label make.
        posts: Used once each, as they stand.
        templates: Filled anew for every item.
        replies: Answers; filled, and with a label used once each.
    """

    circle: str
    label: str = ""
    language: str = "en"
    kind: Literal["post", "message", "ad", "page", "profile"] = "post"
    days: tuple[int, ...] = ()
    tone: Tone = ""
    to: str = ""
    share: int = 0
    posts: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()


class ThreadPost(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One post of a written conversation.

    Attributes:
        by: The account.
        text: As it stands.
        to: Number, from 0, of the post of the thread that it answers; the first answers none.
        after: Minutes after the post it answers.
        reach: Times what its author usually reaches.
        label: As in `TextSet`.
    """

    by: str
    text: str
    to: int = 0
    after: float = 0
    reach: float = 1
    label: str = ""


class Thread(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A written conversation, begun on `day` (1 to 10) in the hour `at`, UTC."""

    day: int
    at: int
    posts: tuple[ThreadPost, ...]


class _SetFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    set: tuple[TextSet, ...]


class _ThreadFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    thread: tuple[Thread, ...]


class _SlotFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    slots: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleTexts:
    """Everything that was written for one sample, checked for whole references.

    Attributes:
        roles: Of each account, by handle: what sort it is.
        circles: Of each account: the circles whose texts it may write.
        sets: In the order of the files' names.
        threads: As written.
        slots: What may stand in each slot.
    """

    roles: Mapping[str, Role]
    circles: Mapping[str, tuple[str, ...]]
    sets: tuple[TextSet, ...]
    threads: tuple[Thread, ...]
    slots: Mapping[str, tuple[str, ...]]


def read_sample_texts(texts: Mapping[str, bytes]) -> SampleTexts:
    """Read the files of a sample, by name.

    Raises:
        BadInput: A file is missing, is not TOML of the stated form, or names an account, a circle or a slot
            that is not there.
    """
    by_role = _read(texts, ACCOUNTS, dict[Role, dict[str, tuple[str, ...]]])
    read = SampleTexts(
        roles={handle: role for role, accounts in by_role.items() for handle in accounts},
        circles={handle: circles for accounts in by_role.values() for handle, circles in accounts.items()},
        sets=tuple(
            text_set
            for name in sorted(set(texts) - {ACCOUNTS, SLOTS, THREADS})
            for text_set in _read(texts, name, _SetFile).set
        ),
        threads=_read(texts, THREADS, _ThreadFile).thread,
        slots=_read(texts, SLOTS, _SlotFile).slots,
    )
    _check_circles(read)
    _check_threads(read)
    _check_slots(read)
    return read


def _read(texts: Mapping[str, bytes], name: str, form: type[Read]) -> Read:
    if name not in texts:
        raise BadInput(f"the sample has no {name}", mend=f"found {sorted(texts)}; pass the whole folder")
    try:
        return msgspec.convert(tomllib.loads(texts[name].decode()), form)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadInput(f"{name} of the sample cannot be read: {error}", mend="mend the file") from error


def _check_circles(read: SampleTexts) -> None:
    known = {circle for circles in read.circles.values() for circle in circles}
    for text_set in read.sets:
        if text_set.circle == ANYONE and not (text_set.posts or text_set.templates):
            continue
        for circle in {text_set.circle, text_set.to} - {""}:
            if circle not in known:
                raise BadInput(
                    f"no account is in the circle {circle!r}, of which a set of the sample speaks",
                    mend=f"give the circle to an account in {ACCOUNTS}, or rename it in the set",
                )


def _check_threads(read: SampleTexts) -> None:
    for thread in read.threads:
        for number, post in enumerate(thread.posts):
            if post.by not in read.circles:
                raise BadInput(
                    f"{THREADS} has a post by {post.by!r}, who is no account",
                    mend=f"add the account to {ACCOUNTS}",
                )
            if number and not 0 <= post.to < number:
                raise BadInput(
                    f"post {number} of a thread answers number {post.to}, which does not come before it",
                    mend=f"give `to` a number from 0 to {number - 1} in {THREADS}",
                )


def _check_slots(read: SampleTexts) -> None:
    written: list[Iterable[str]] = list(read.slots.values())
    written += [(*text_set.templates, *text_set.replies) for text_set in read.sets]
    for texts in written:
        for text in texts:
            for slot in _SLOT.findall(text):
                if slot != WHO and not read.slots.get(slot):
                    raise BadInput(
                        f"nothing fills the slot {{{slot}}} in {text!r}",
                        mend=f"list what may stand there in {SLOTS}",
                    )


def fill(template: str, slots: Mapping[str, tuple[str, ...]], rng: Random, *, who: str = "") -> str:
    """A template with every slot filled, no value used twice; `{who}` becomes the account `who`."""
    used: set[str] = set()

    def value(slot: re.Match[str]) -> str:
        if slot[1] == WHO:
            return who
        fresh = [one for one in slots[slot[1]] if one not in used]
        chosen = rng.choice(fresh or slots[slot[1]])
        used.add(chosen)
        return chosen

    text = template
    while _SLOT.search(text):
        text = _SLOT.sub(value, text)
    return text


def spoken(text: str, voice: str) -> str:
    """A filled English text as its author would type it; sentences begin with a capital but in `lower`."""
    if voice == "lower":
        return text.lower()
    typed = _SENTENCE.sub(lambda start: start[1] + start[2].upper(), text)
    return typed.removesuffix(".") if voice == "bare" else typed


def gist(text: str) -> str:
    """What a text says, whoever is addressed and however it is typed: two of one gist are a repetition."""
    return _ADDRESSED.sub("", text).casefold().rstrip(".")
