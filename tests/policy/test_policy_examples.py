"""A policy's examples: what is written is what is read, and they count into what people are told."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from policy_samples import REGISTRY, a_document, a_rule, parsed

from evenhand.errors import RuleError
from evenhand.policy import Example
from evenhand.policy._document import read_document
from evenhand.policy._examples import MAX_EXAMPLES, MAX_TEXT, read_examples, written_example
from evenhand.policy._source import Faults, Source

_PIECES = (
    *(
        "catch",
        "leave",
        "Catch",
        "(",
        ")",
        ":",
        ",",
        "=",
        "==",
        " ",
        "\t",
        "#",
        "true",
        "unknown",
        "0.5",
        "1e999",
    ),
    *("item.kind", "item.reach", "text.hateful", "text.folded", "author.age", "item.is_reply", "text.hatful"),
    *('"', '"post"', "\\", "\\n", "`", "é", "\x85", "\u2028", "\x0c", "vermin"),
)
lines = st.one_of(
    st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=60),
    st.lists(st.sampled_from(_PIECES), max_size=14).map("".join),
).filter(lambda line: not line.lstrip(" \t").startswith("```"))  # which ends the block
_VALUES: dict[str, st.SearchStrategy[str]] = {
    "text.hateful": st.floats(0, 1).map(repr),
    "item.reach": st.integers(0, 10**18).map(str),
    "author.age": st.floats(allow_nan=False, allow_infinity=False).map(repr),
    "item.is_reply": st.sampled_from(("true", "false")),
    "item.kind": st.from_regex(r'"[^"\\\r\n\0]*[a-z)(,:=][^"\\\r\n\0]*(\\"|\\[a-z])?"', fullmatch=True),
}


@st.composite
def proper_lines(draw: st.DrawFn) -> str:
    """A line that is an example."""
    names = draw(st.lists(st.sampled_from(sorted(_VALUES)), unique=True))
    set_to = [f"{name} = {draw(_VALUES[name] | st.just('unknown'))}" for name in names]
    text = draw(st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), min_size=1))
    expected = draw(st.sampled_from(("catch", "leave")))
    brackets = f" ({', '.join(set_to)})" if set_to else ""
    return f"{expected}{brackets}: x{text}"


def a_block(*written: str) -> str:
    return "\n".join(["```examples", *written, "```"])


def with_examples(*written: str) -> str:
    """A policy of one clause and one rule, with these lines as its examples."""
    return a_document(a_rule("item.is_reply"), tail=a_block(*written))


def read(*written: str) -> tuple[tuple[Example, ...], Faults]:
    """The examples of such a document, and what is wrong with it."""
    faults = Faults(Source.of("policy.md", with_examples(*written)))
    sections = read_document(faults.source, faults).sections
    return read_examples(sections, REGISTRY, faults), faults


def example(line: str) -> Example:
    (found,) = parsed(with_examples(line)).examples
    return found


def test_an_example_says_clause_expectation_text_signals_and_line() -> None:
    """Comments and blank lines are no examples, and the line is that of the document."""
    document = with_examples(
        "# Of people.", "", "catch: Vermin.", "  leave (item.reach = 3): Good morning.  "
    )
    first, second = parsed(document).examples

    assert first == Example("T1", catch=True, text="Vermin.", signals=(), line=first.line)  # type: ignore[arg-type]
    assert (second.catch, second.text, second.signals) == (False, "Good morning.", (("item.reach", 3.0),))
    assert document.splitlines()[first.line - 1] == "catch: Vermin."


def test_a_clause_may_have_several_blocks_and_a_policy_several_clauses() -> None:
    """Examples come in the order of the document, each with its clause."""
    second = '## T2 More\n\n```clause\nseverity = 1\nactions = ["label"]\n```\n\n' + a_block("leave: c")
    document = with_examples("catch: a") + "\n" + a_block("leave: b") + "\n\n" + second

    assert [(one.clause, one.text) for one in parsed(document).examples] == [
        ("T1", "a"),
        ("T1", "b"),
        ("T2", "c"),
    ]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("text.hateful = 0.95", 0.95),
        ("item.reach = 1_000", 1000.0),
        ("author.age = -1.5e2", -150.0),
        ("item.is_reply = true", True),
        ("author.verified=false", False),
        ('item.kind = "message"', "message"),
        ('item.kind = "a, b) \\"c\\": d"', 'a, b) "c": d'),
        ('item.kind = "unknown"', "unknown"),
        ("item.kind = unknown", None),
        ("text.hateful = unknown", None),
    ],
)
def test_a_signal_is_set_to_what_its_type_can_be(written: str, value: object) -> None:
    """The word unknown is one of no quotes: a category may be called so."""
    assert [set_to for _, set_to in example(f"catch ({written}): Vermin.").signals] == [value]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ('a: b (c) # d, \u201ce\u201d "f"', 'a: b (c) # d, \u201ce\u201d "f"'),
        (r"one\ntwo", "one\ntwo"),
        (r"C:\\new", "C:\\new"),
        (r"a\b\d", r"a\b\d"),
        ("form\x0cfeed\x85and\u2028more", "form\x0cfeed\x85and\u2028more"),
    ],
)
def test_a_text_may_hold_any_characters_of_one_line(written: str, text: str) -> None:
    assert example(f"leave: {written}").text == text


@settings(deadline=None)
@given(st.lists(lines, max_size=5))
def test_any_line_is_an_example_or_a_fault(written: list[str]) -> None:
    """Nothing crashes the reader, and no line falls away unseen."""
    found, faults = read(*written)
    said = [line for line in written if line.strip(" \t") and not line.strip(" \t").startswith("#")]

    assert len(found) + len(faults.found) == len(said)


@settings(deadline=None)
@given(st.lists(proper_lines(), min_size=1, max_size=5))
def test_examples_written_again_are_the_same(written: list[str]) -> None:
    found, faults = read(*written)
    again, _ = read(*map(written_example, found))

    assert faults.found == []
    assert len(found) == len(written)
    assert again == found


def test_examples_are_at_most_so_many() -> None:
    """One more is a fault at its line; a policy with a million of them is not read to its end."""
    enough = ["leave: Good morning."] * MAX_EXAMPLES

    assert len(parsed(with_examples(*enough)).examples) == MAX_EXAMPLES
    with pytest.raises(RuleError, match=f"more than {MAX_EXAMPLES} examples") as refused:
        parsed(with_examples(*enough, "leave: One more.", "nonsense"))
    assert "leave: One more." in refused.value.message
    assert "nonsense" not in refused.value.message


def test_a_text_is_at_most_so_long_as_it_is_read() -> None:
    """A line break counts for one character."""
    assert len(example("leave: " + "\\n" * MAX_TEXT).text) == MAX_TEXT
    with pytest.raises(RuleError, match=f"a text of more than {MAX_TEXT} characters"):
        example("leave: " + "\\n" * (MAX_TEXT + 1))


def test_examples_count_into_the_hashes_and_are_no_prose() -> None:
    """Whoever changes an example changes the version; a notice quotes words, not examples."""
    before, after = parsed(with_examples("catch: Vermin.")), parsed(with_examples("catch: Rats."))

    assert before.ref.content_hash != after.ref.content_hash
    assert before.clauses[0].text_hash != after.clauses[0].text_hash
    assert before.clauses[0].prose == "Do not attack people." == after.clauses[0].prose


def test_a_clause_may_say_that_it_has_no_rule_on_purpose() -> None:
    images = '## T2 Images\n\n```clause\nseverity = 1\nactions = ["label"]\nhuman_only = true\n```'
    first, second = parsed(a_document(a_rule("item.is_reply"), tail=images)).clauses

    assert (first.human_only, second.human_only) == (False, True)
