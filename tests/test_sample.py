"""The sample stream: what a demonstration is loaded with, and what its writers meant by it."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.app._sample import DAYS, ITEMS, Sample, SampleRow, sample_items
from evenhand.errors import BadInput

ROOT = Path(__file__).parent.parent
TEXTS = {path.name: path.read_bytes() for path in (ROOT / "samples" / "harrow-vale").glob("*.toml")}
POLICY = (ROOT / "policies" / "hateful-conduct" / "policy.md").read_text()
UNTIL = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

CLAUSES = set(re.findall(r"^#{2,3} (H[\d.]+) ", POLICY, flags=re.MULTILINE))
EXCEPTIONS = {
    re.sub(r"[^a-z]+", "-", heading.lower())
    for heading in re.findall(
        r"^### (.+)$",
        POLICY.partition("## What is not a violation")[2].partition("\n## ")[0],
        flags=re.MULTILINE,
    )
}


@pytest.fixture(scope="module")
def sample() -> Sample:
    return sample_items(TEXTS, seed=7, until=UNTIL)


def _at(row: SampleRow) -> datetime:
    return datetime.fromisoformat(row["created_at"])


def _words(row: SampleRow) -> str:
    """What a row says, whoever is addressed."""
    return re.sub(r"@\w+", "", row["text"]).casefold().strip(" .")


def _share(sample: Sample, names: set[str]) -> float:
    return sum(label in names for label in sample.labels.values()) / len(sample.rows)


def test_size(sample: Sample) -> None:
    """At least 2,000 items by 150 accounts, each with an id of its own."""
    assert len(sample.rows) == ITEMS >= 2000
    assert len({row["author"] for row in sample.rows}) == 150
    assert len({row["id"] for row in sample.rows}) == ITEMS


def test_ten_days(sample: Sample) -> None:
    """The stream is in order of time, fills each of the ten days before its end, and nothing else."""
    times = [_at(row) for row in sample.rows]
    days = Counter((UNTIL - at) // timedelta(days=1) for at in times)

    assert times == sorted(times)
    assert set(days) == set(range(DAYS))
    assert min(days.values()) > 150


def test_nights_are_quiet(sample: Sample) -> None:
    """There is a daily rhythm: the evening has several times the posts of the small hours."""
    hours = Counter(_at(row).hour for row in sample.rows)

    assert sum(hours[hour] for hour in (18, 19, 20)) > 4 * sum(hours[hour] for hour in (2, 3, 4))


def test_texts_are_distinct(sample: Sample) -> None:
    """At least 95 % of the texts are said once, names of those addressed left out."""
    assert len({_words(row) for row in sample.rows}) >= 0.95 * len(sample.rows)


def test_shares(sample: Sample) -> None:
    """3 to 4 % break a clause, about 8 % only look like it, the rest is ordinary."""
    assert 0.03 <= _share(sample, CLAUSES) <= 0.04
    assert 0.07 <= _share(sample, EXCEPTIONS) <= 0.10


def test_every_label_is_in_the_policy(sample: Sample) -> None:
    """Each label is a clause of the shipped policy or a heading of its exceptions; each of these is shown.

    But for the clause on imagery: the sample has no pictures.
    """
    ids = {row["id"] for row in sample.rows}

    assert set(sample.labels.values()) == (CLAUSES | EXCEPTIONS) - {"H8"}
    assert set(sample.labels) <= ids


def test_replies_answer_something_earlier(sample: Sample) -> None:
    """A reply names an existing item, posted before it, its author, and the thread that this began."""
    rows = {row["id"]: row for row in sample.rows}
    replies = [row for row in sample.rows if row["reply_to"] is not None]

    assert len(replies) > 500
    for row in replies:
        answered = rows[str(row["reply_to"])]
        assert answered["author"] == row["reply_to_author"]
        assert answered["thread"] == row["thread"]
        assert _at(answered) < _at(row)


def test_only_replies_are_called_so(sample: Sample) -> None:
    """An item is a reply, or a message, exactly if it answers another."""
    for row in sample.rows:
        assert (row["kind"] in {"reply", "message"}) == (row["reply_to"] is not None)


def test_accounts_are_as_old_as_their_posts(sample: Sample) -> None:
    """Nobody posts before opening an account, and edits come after the post and before the end."""
    for row in sample.rows:
        assert datetime.fromisoformat(row["author_created_at"]) < _at(row)
        if "edited_at" in row:
            assert _at(row) < datetime.fromisoformat(row["edited_at"]) < UNTIL
    assert sum("edited_at" in row for row in sample.rows) > 20


def test_mentions_and_links_are_those_of_the_text(sample: Sample) -> None:
    """Whom a text mentions exists, and its links are listed."""
    authors = {row["author"] for row in sample.rows}

    for row in sample.rows:
        assert set(row["mentions"]) <= authors
        assert all(f"@{name}" in row["text"] for name in row["mentions"])
        assert row["text"].count("https://") == len(row["urls"])


def test_variety(sample: Sample) -> None:
    """There are advertisements, pages, profiles and messages, and several languages."""
    assert {row["kind"] for row in sample.rows} == {"post", "reply", "message", "ad", "page", "profile"}
    assert {row["language"] for row in sample.rows} == {"en", "es", "ar", "ru", "pl"}
    assert sum(row["language"] != "en" for row in sample.rows) > 60


def test_pile_on(sample: Sample) -> None:
    """Within two hours of one viral post, at least eight accounts attack the same councillor."""
    spark = next(
        row for row in sample.rows if row["author"] == "wake_up_vale" and "SHARE" in row["text"].upper()
    )
    attackers = {
        row["author"]
        for row in sample.rows
        if "cllr_rahmani" in row["mentions"]
        and sample.labels.get(row["id"]) in CLAUSES
        and timedelta(0) < _at(row) - _at(spark) < timedelta(hours=2)
    }

    assert len(attackers) >= 8


def test_no_slot_is_left_open(sample: Sample) -> None:
    """Every slot of a template is filled."""
    assert not [row["text"] for row in sample.rows if "{" in row["text"] or "}" in row["text"]]


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**64), minutes=st.integers(0, 60 * 24 * 400))
def test_any_seed_gives_a_whole_stream(seed: int, minutes: int) -> None:
    """Whatever the seed and the hour, the stream is complete and the same each time."""
    until = UNTIL + timedelta(minutes=minutes)
    once = sample_items(TEXTS, seed=seed, until=until)

    assert once == sample_items(TEXTS, seed=seed, until=until)
    assert len(once.rows) == ITEMS
    assert all(until - timedelta(days=DAYS) <= _at(row) < until for row in once.rows)


def test_another_seed_is_another_stream(sample: Sample) -> None:
    """The seed matters."""
    assert sample_items(TEXTS, seed=8, until=UNTIL) != sample


def test_the_time_zone_of_the_end_changes_nothing(sample: Sample) -> None:
    """The same moment told in another zone gives the same stream."""
    elsewhere = UNTIL.astimezone(timezone(timedelta(hours=5, minutes=30)))

    assert sample_items(TEXTS, seed=7, until=elsewhere) == sample


def test_an_end_without_zone_is_refused() -> None:
    """Ten days before an unknown moment are no ten days."""
    with pytest.raises(BadInput, match="no time zone"):
        sample_items(TEXTS, seed=7, until=datetime(2026, 11, 21))  # noqa: DTZ001  what is refused here


def _thread(second: str) -> bytes:
    post = '[[thread.posts]]\nby = "cllr_pell"\ntext = "a"\n'
    return f"[[thread]]\nday = 1\nat = 11\n{post}{post}{second}\n".encode()


def _set(body: str) -> bytes:
    return f'[[set]]\ncircle = "town"\n{body}\n'.encode()


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("accounts.toml", None, "has no accounts.toml"),
        ("slots.toml", None, "has no slots.toml"),
        ("more.toml", b"[[set", "more.toml of the sample cannot be read"),
        ("more.toml", b"\xff", "more.toml of the sample cannot be read"),
        ("more.toml", _set("post = []"), "unknown field `post`"),
        ("more.toml", _set('kind = "poem"'), "Invalid enum value 'poem'"),
        (
            "more.toml",
            b'[[set]]\ncircle = "nobody"\nposts = ["hello"]\n',
            "no account is in the circle 'nobody'",
        ),
        ("more.toml", b'[[set]]\ncircle = "*"\nposts = ["hello"]\n', r"no account is in the circle '\*'"),
        ("more.toml", _set('templates = ["hello {nothing}"]'), r"nothing fills the slot \{nothing\}"),
        (
            "more.toml",
            _set('label = "idiom-and-play"\nshare = 2\ntemplates = ["ha"]'),
            "no new text comes of 'ha'",
        ),
        ("threads.toml", _thread("to = 1"), "post 1 of a thread answers number 1"),
        ("threads.toml", _thread("after = 20000"), "comes after the end of the sample"),
    ],
)
def test_texts_that_are_not_whole_are_refused(name: str, content: bytes | None, found: str) -> None:
    """A file that is missing, malformed or speaks of what is not there is an error with a mend."""
    texts = {key: value for key, value in TEXTS.items() if key != name}
    if content is not None:
        texts[name] = content

    with pytest.raises(BadInput, match=found) as caught:
        sample_items(texts, seed=7, until=UNTIL)
    assert caught.value.mend
