"""The document: what people read is what the machine runs, and one changed word is another version."""

import hashlib
from pathlib import Path

import pytest
from policy_samples import REGISTRY, a_document, a_rule, parsed

from evenhand.errors import BadInput, RuleError
from evenhand.policy import Policy, describe, parse_policy
from evenhand.policy._read import content_hash

DOCUMENT = """\
# Hateful *conduct*

```settings
policy = "hateful-conduct"
version = "1.2"
language = "en"
```

What people read first.

## What counts

Not a clause.

## H2 Direct attack {#H2}

You may not attack people.

```clause
severity = 4
actions = ["label", "age_gate"]
automation = "review-only"
```

What the first rule does.

```rule H2.first
when text.hateful >= 0.93
then review in "hate" priority 2
```

#### A remark

That belongs to the clause.

~~~python
print("an ordinary block")
~~~

### H2.1 Dehumanisation

Nor call them vermin.

```clause
severity = 5
actions = ["remove"]
```

~~~rule H2.1.words
when terms.slurs >= 1
unless item.is_reply
on unknown review
then review in "hate" priority 1
~~~

## Words

Nothing more.
"""


def _read(document: str, **files: bytes) -> Policy:
    return parse_policy({"policy.md": document.encode(), **files}, registry=REGISTRY, where="here")


def test_title_settings_clauses_and_rules_are_read() -> None:
    policy = _read(DOCUMENT)

    assert (policy.title, policy.language) == ("Hateful *conduct*", "en")
    assert (policy.ref.policy, policy.ref.version) == ("hateful-conduct", "1.2")
    assert policy.document == DOCUMENT
    assert [(each.id, each.title, each.severity, each.actions) for each in policy.clauses] == [
        ("H2", "Direct attack", 4, ("label", "age_gate")),
        ("H2.1", "Dehumanisation", 5, ("remove",)),
    ]
    assert {each.automation for each in policy.clauses} == {"review-only"}
    assert [(each.name, each.clause, each.queue, each.priority) for each in policy.rules] == [
        ("H2.first", "H2", "hate", 2),
        ("H2.1.words", "H2.1", "hate", 1),
    ]


def test_prose_of_a_clause_is_its_text_without_the_blocks_of_the_machine() -> None:
    first, second = _read(DOCUMENT).clauses

    assert first.prose == (
        "You may not attack people.\n\nWhat the first rule does.\n\n#### A remark\n\n"
        'That belongs to the clause.\n\n~~~python\nprint("an ordinary block")\n~~~'
    )
    assert second.prose == "Nor call them vermin."


def test_text_hash_of_a_clause_is_that_of_its_lines() -> None:
    """A stranger finds it with the document and sha256sum alone."""
    lines = DOCUMENT[DOCUMENT.index("### H2.1") : DOCUMENT.index("## Words")].strip()

    assert _read(DOCUMENT).clauses[1].text_hash == hashlib.sha256(lines.encode()).hexdigest()


@pytest.mark.parametrize("changed", ["0.93", "vermin", "severity = 5", "Dehumanisation"])
def test_one_changed_word_changes_the_hashes_of_policy_and_clause(changed: str) -> None:
    before, after = _read(DOCUMENT), _read(DOCUMENT.replace(changed, changed[:-1] + "2"))
    same = [one.text_hash == two.text_hash for one, two in zip(before.clauses, after.clauses, strict=True)]

    assert before.ref.content_hash != after.ref.content_hash
    assert sorted(same) == [False, True]


def test_other_files_of_the_folder_count_into_the_content_hash() -> None:
    hashes = {
        _read(DOCUMENT).ref.content_hash,
        _read(DOCUMENT, **{"terms/a.txt": b"one"}).ref.content_hash,
        _read(DOCUMENT, **{"terms/a.txt": b"two"}).ref.content_hash,
        _read(DOCUMENT, **{"terms/b.txt": b"one"}).ref.content_hash,
        _read(DOCUMENT, **{"terms/a.txt": b"one", "terms/b.txt": b""}).ref.content_hash,
    }

    assert len(hashes) == 5


def test_content_hash_is_the_documented_one() -> None:
    """Lengths as eight bytes before each name and content, so no two folders can look alike."""
    listing = b"".join(
        len(part).to_bytes(8, "big") + part for part in (b"a.txt", b"x", "ä.txt".encode(), b"yz")
    )

    assert content_hash({"ä.txt": b"yz", "a.txt": b"x"}) == hashlib.sha256(listing).hexdigest()


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_and_a_byte_order_mark_do_not_matter_to_what_is_read(end: str) -> None:
    policy = _read("\ufeff" + DOCUMENT.replace("\n", end))

    assert policy.clauses == _read(DOCUMENT).clauses
    assert policy.rules == _read(DOCUMENT).rules
    assert policy.document == DOCUMENT


def test_line_marks_that_markdown_does_not_know_end_no_line() -> None:
    """A form feed or a Unicode line separator in the prose does not move the places of later faults."""
    document = a_document(a_rule("text.hatful > 0.5")).replace("people", "peo\x0cp\u2028le\x85")

    with pytest.raises(RuleError, match=r":19:6\n"):
        parsed(document)


def test_clause_is_found_by_its_id() -> None:
    policy = _read(DOCUMENT)

    assert policy.clause("H2.1") is policy.clauses[1]


@pytest.mark.parametrize(
    ("wanted", "mend"), [("H2.2", "did you mean H2.1?"), ("Z99", "its clauses are H2, H2.1")]
)
def test_clause_that_is_not_there_is_refused_with_what_was_meant(wanted: str, mend: str) -> None:
    with pytest.raises(BadInput, match=r"policy hateful-conduct 1\.2 has no clause") as refused:
        _read(DOCUMENT).clause(wanted)

    assert refused.value.mend == mend


def test_headings_like_ids_that_are_none_are_prose() -> None:
    policy = _read(DOCUMENT.replace("## Words", "## B2B sales\n\n## H2O\n\n## 2 Two\n\n## Words"))

    assert [clause.id for clause in policy.clauses] == ["H2", "H2.1"]


def test_an_example_inside_a_longer_fence_is_prose() -> None:
    """A policy may show a rule without having it."""
    shown = "````text\n```rule T1.shown\nwhen nonsense\n```\n````"

    assert len(parsed(a_document(a_rule("item.is_reply"), tail=shown)).rules) == 1


def test_heading_underlined_is_a_heading() -> None:
    policy = _read(DOCUMENT.replace("## H2 Direct attack {#H2}", "H2 Direct attack\n---"))

    assert policy.clauses[0].title == "Direct attack"
    assert policy.clauses[0].prose == _read(DOCUMENT).clauses[0].prose


def test_policy_in_words() -> None:
    """What `evenhand policy show` prints: clauses with severity and actions, and what each rule does."""
    labels = 'labels = ["threat", "abusive"]'
    images = f'\n## H3 Images\n\n```clause\nseverity = 1\nactions = ["label"]\n{labels}\n```\n'
    policy = _read(DOCUMENT + images)

    assert (
        describe(policy)
        == f"""\
Hateful *conduct* (hateful-conduct 1.2, en)
sha256 {policy.ref.content_hash}

H2 Direct attack
  severity 4 of 5; a decision may order: label, age gate
  automation: review-only
  rule H2.first
    when   text.hateful >= 0.93
    then   a person looks, in queue hate, priority 2 of 5
    where that cannot be known, nothing

H2.1 Dehumanisation
  severity 5 of 5; a decision may order: remove
  automation: review-only
  rule H2.1.words
    when   terms.slurs >= 1
    unless item.is_reply
    then   a person looks, in queue hate, priority 1 of 5
    where that cannot be known, the same

H3 Images
  severity 1 of 5; a decision may order: label
  automation: review-only
  a decision says of the text: threat, abusive
  no rule: people report it, or reviewers find it
"""
    )


def test_every_golden_document_has_one_fault_of_its_own() -> None:
    """The folder of golden files names no fault twice."""
    folder = Path(__file__).parent.parent / "golden" / "policy"
    told = [path.read_text(encoding="utf-8").replace(path.stem, "") for path in folder.glob("*.txt")]

    assert len(told) == len(set(told))
