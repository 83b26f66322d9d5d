"""The rule language: what is written is what is read, and whatever is not is told with its place."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from policy_samples import REGISTRY, a_document, a_rule, parsed
from policy_strategies import conditions

from evenhand.errors import RuleError
from evenhand.policy import OnUnknown, parse_policy
from evenhand.policy._parser import parse_rule
from evenhand.policy._source import Faults, Place, Source
from evenhand.policy._syntax import (
    And,
    Arithmetic,
    Compare,
    Contains,
    Expression,
    Known,
    Matches,
    Minus,
    Name,
    Not,
    Number,
    OneOf,
    Or,
    RuleBody,
    Text,
    signals,
)
from evenhand.policy._written import written, written_body

thorough = settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
_PLACE = re.compile(r"^ --> .+/policy\.md:[1-9]\d*:[1-9]\d*$", re.MULTILINE)
_PIECES = (
    *("when", "unless", "on unknown", "then review in", "priority", "and", "or", "not", "in", "contains any"),
    *("matches", "is known", "text.hateful", "item.kind", "text.folded", '"kill"', '"', "(", ")", ",", "-"),
    *(
        ">=",
        "==",
        "<",
        "+",
        "/",
        "0.5",
        "1e400",
        "3",
        "\n",
        "\t",
        "```",
        "```rule T1.x",
        "## T2 More",
        "é",
        "\0",
    ),
)
names = st.from_regex(r"[a-z]+\.[a-z_]+", fullmatch=True).map(Name)
numbers = st.floats(0, allow_nan=False, allow_infinity=False).map(lambda value: Number(abs(value)))
strings = st.text(st.characters(exclude_characters="\\\n\r\0", exclude_categories=["Cs"])).map(Text)
lists = st.lists(strings, min_size=1, max_size=3).map(tuple)


def _several(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[tuple[Expression, ...]]:
    return st.lists(parts, min_size=2, max_size=3).map(tuple)


def _larger(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    return st.one_of(
        st.builds(Minus, parts),
        st.builds(Arithmetic, st.sampled_from("+-*/"), parts, parts),
        st.builds(Compare, st.sampled_from((">=", ">", "<=", "<", "==", "!=")), parts, parts),
        st.builds(Not, parts),
        st.builds(And, _several(parts)),
        st.builds(Or, _several(parts)),
    )


trees: st.SearchStrategy[Expression] = st.recursive(
    st.one_of(
        names,
        numbers,
        strings,
        st.builds(OneOf, names, lists),
        st.builds(Contains, names, lists),
        st.builds(Matches, names, strings),
        st.builds(Known, names, st.booleans()),
    ),
    _larger,
    max_leaves=12,
)


def _read(text: str) -> RuleBody | None:
    source = Source.of("policy.md", text)
    faults = Faults(source)
    body = parse_rule(source.text, Place(0, len(source.text)), faults)
    assert (body is None) == bool(faults.found)
    return body


@thorough
@given(
    when=trees,
    unless=st.none() | trees,
    on_unknown=st.sampled_from(OnUnknown),
    queue=strings,
    priority=numbers,
)
def test_what_is_written_is_read_again(
    when: Expression, unless: Expression | None, on_unknown: OnUnknown, queue: Text, priority: Number
) -> None:
    """Any tree at all, sensible or not, comes back from its text."""
    body = RuleBody(when, unless, on_unknown, queue, priority)

    assert _read(written_body(body)) == body


@thorough
@given(when=conditions)
def test_checked_rules_are_written_as_they_are_read(when: Expression) -> None:
    rule = parsed(a_document(a_rule(written(when)))).rules[0]

    assert rule.when == when
    assert signals(rule.when) <= set(REGISTRY)


@thorough
@given(st.text(), st.sampled_from(["document", "block", "condition"]))
def test_any_text_is_read_or_refused_with_its_place(text: str, where: str) -> None:
    documents = {
        "document": text,
        "block": a_document(text),
        "condition": a_document(a_rule(f"item.is_reply or {text}")),
    }
    _read_or_refused(documents[where].encode("utf-8", "surrogatepass"))


@thorough
@given(st.lists(st.sampled_from(_PIECES), max_size=25).map(" ".join), st.booleans())
def test_any_words_of_the_language_are_read_or_refused_with_their_place(
    text: str,
    inside: bool,  # noqa: FBT001  # drawn
) -> None:
    _read_or_refused((a_document(text) if inside else text).encode())


@thorough
@given(st.binary(max_size=200), st.integers(0, 400), st.integers(0, 30))
def test_a_damaged_document_is_read_or_refused_with_its_place(damage: bytes, at: int, length: int) -> None:
    document = a_document(a_rule('text.folded contains "vermin" and item.reach >= 3', unless="item.is_reply"))
    whole = document.encode()

    _read_or_refused(whole[:at] + damage + whole[at + length :])


def _read_or_refused(content: bytes) -> None:
    fault = None
    try:
        parse_policy({"policy.md": content}, registry=REGISTRY, where="policies/conduct")
    except RuleError as error:
        fault = error

    assert fault is None or (_PLACE.search(fault.message) and fault.mend)


def test_operators_bind_as_everywhere() -> None:
    body = _read(a_rule("not a.a or b.b and c.c > 1 + 2 * -d.d - 3"))

    assert body is not None
    total = Arithmetic(
        "-", Arithmetic("+", Number(1), Arithmetic("*", Number(2), Minus(Name("d.d")))), Number(3)
    )
    assert body.when == Or((Not(Name("a.a")), And((Name("b.b"), Compare(">", Name("c.c"), total)))))


def test_not_reaches_over_the_whole_test() -> None:
    body = _read(a_rule('not item.kind in ("ad", "page") and item.is_reply'))

    assert body is not None
    unlisted = Not(OneOf(Name("item.kind"), (Text("ad"), Text("page"))))
    assert body.when == And((unlisted, Name("item.is_reply")))


def test_a_rule_may_stand_on_one_line_and_hold_remarks() -> None:
    body = _read('when item.reach >= 1_000 # many\nthen review in "hate" priority 1 # at once')

    assert body is not None
    assert body.when == Compare(">=", Name("item.reach"), Number(1000))
    assert (body.unless, body.on_unknown) == (None, OnUnknown.IGNORE)


@pytest.mark.parametrize(
    ("pattern", "value"),
    [(r'"\bkill\b"', r"\bkill\b"), (r'"say \"kill\""', 'say "kill"'), (r'"a\\"', r"a\\")],
)
def test_a_backslash_keeps_what_follows(pattern: str, value: str) -> None:
    """Patterns read as they do elsewhere; only a quote is freed of its backslash."""
    body = _read(a_rule(f"text.folded matches {pattern}"))

    assert body is not None
    assert body.when == Matches(Name("text.folded"), Text(value))


def test_time_to_read_grows_with_the_number_of_rules_alone() -> None:
    """Two thousand rules are read, and one more is refused."""
    rules = [a_rule(f"item.reach > {number}") for number in range(2_001)]

    assert len(parsed(a_document(*rules[:-1])).rules) == 2_000
    with pytest.raises(RuleError, match="more than 2000 rules"):
        parsed(a_document(*rules))
