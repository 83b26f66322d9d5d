"""Every example in the reference of the rule language is what the page says it is."""

import re
from pathlib import Path

import pytest

from evenhand.errors import RuleError
from evenhand.intake import ITEM_SIGNALS
from evenhand.policy import (
    ACTIONS,
    OnUnknown,
    Policy,
    _examples,
    _expressions,
    _fields,
    _patterns,
    _read,
    _words,
    parse_policy,
)
from evenhand.policy._counters import UNITS, Measure, written_counter
from evenhand.policy._examples import written_example
from evenhand.policy._keys import Key
from evenhand.policy._written import written
from evenhand.vocabulary import Signal, SignalRegistry, SignalType

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "rule-language.md"
TEXT = PAGE.read_text(encoding="utf-8")
REGISTRY = SignalRegistry(ITEM_SIGNALS).joined(
    [
        Signal(name="text.hateful", type=SignalType.PROBABILITY, meaning="Given by a detector."),
        Signal(name="text.threat", type=SignalType.PROBABILITY, meaning="Given by a detector."),
        Signal(name="text.abusive", type=SignalType.PROBABILITY, meaning="Given by a detector."),
        Signal(name="terms.condemnation", type=SignalType.COUNT, meaning="Given by a detector."),
    ]
)


def _fence(info: str) -> str:
    match = re.search(rf"^(`{{3,}}){info}\n(.*?)^\1$", TEXT, re.MULTILINE | re.DOTALL)
    assert match, info
    return match[2]


CONDITIONS = _fence("condition").splitlines()
REFUSED = re.findall(
    r"^\| `(.+)` \| ([a-z].+|RE2.+) \|$", TEXT.partition("## What is refused")[2], re.MULTILINE
)
RULE = 'when text.hateful >= 0.93 and not item.kind in ("ad", "page")\n'


def _parsed(document: str) -> Policy:
    return parse_policy({"policy.md": document.encode()}, registry=REGISTRY, where="policies/hateful-conduct")


def _with(condition: str) -> str:
    return _fence("markdown").replace(RULE, f"when {condition}\n")


def test_example_of_a_document_is_a_policy() -> None:
    policy = _parsed(_fence("markdown"))

    assert (policy.clauses[0].id, policy.rules[0].name) == ("H2", "H2.attack")
    assert RULE in _fence("markdown")


@pytest.mark.parametrize("condition", CONDITIONS)
def test_example_of_a_condition_is_one(condition: str) -> None:
    assert written(_parsed(_with(condition)).rules[0].when).replace("1000", "1_000") == condition


@pytest.mark.parametrize("counter", _fence("counting").splitlines())
def test_example_of_a_counter_is_one(counter: str) -> None:
    document = _fence("markdown").replace("## H2", f"```counter any\n{counter}\n```\n\n## H2", 1)

    (read,) = _parsed(document).counters

    assert written_counter(read) == counter


def test_every_measure_key_and_unit_of_counters_is_shown() -> None:
    """And each parses, as the examples do."""
    chapter = TEXT.partition("## Counters")[2].partition("## Examples")[0]

    for word in (*Measure, *Key, *UNITS):
        assert re.search(rf"\b{word}\b", chapter)


@pytest.mark.parametrize(("condition", "why"), REFUSED)
def test_example_of_a_fault_is_refused_for_that_reason(condition: str, why: str) -> None:
    with pytest.raises(RuleError) as refused:
        _parsed(_with(condition))

    assert why in refused.value.message.splitlines()[0]
    assert refused.value.message.startswith("error: ")
    assert "\nerror: " not in refused.value.message


def test_shown_error_is_the_real_one() -> None:
    with pytest.raises(RuleError) as refused:
        _parsed(_with('text.hateful >= "0.9"'))

    shown = [text for text in re.findall(r"```text\n(.*?)```", TEXT, re.DOTALL) if text.startswith("error")]
    told = re.sub(r"\d+(?=:22\n)|(?<=\n  )\d+", "31", refused.value.message)
    assert shown == [told + "\n"]


def test_example_of_an_example_is_one() -> None:
    """The lines of the page are examples, and say what the page says they do."""
    (block,) = re.findall(r"```examples\n.*?```\n", _fence("markdown"), re.DOTALL)
    lines = _fence("example")
    policy = _parsed(_fence("markdown").replace(block, f"```examples\n{lines}```\n"))

    assert [written_example(example) for example in policy.examples] == lines.splitlines()
    assert {value for example in policy.examples for _, value in example.signals} >= {
        0.95,
        1.0,
        "message",
        None,
    }
    assert [example.text for example in policy.examples if "\n" in example.text]


def test_there_are_examples_of_all_three_kinds() -> None:
    assert len(CONDITIONS) > 10
    assert len(REFUSED) > 20


@pytest.mark.parametrize(
    "number",
    [
        _read.MAX_RULES,
        _read.MAX_COUNTERS,
        _expressions.MAX_NODES,
        _expressions.MAX_DEPTH,
        _words.MAX_LITERAL,
        _patterns.MAX_PATTERN,
        _fields.MAX_BLOCK,
        _examples.MAX_EXAMPLES,
        _examples.MAX_TEXT,
    ],
)
def test_limits_are_the_real_ones(number: int) -> None:
    assert f"{number:,}" in TEXT.partition("Limits:")[2]


@pytest.mark.parametrize("word", [*ACTIONS, *OnUnknown])
def test_every_action_and_every_way_with_the_unknown_is_named(word: str) -> None:
    assert f"`{word}`" in TEXT


@pytest.mark.parametrize("word", sorted(_expressions.KEYWORDS))
def test_every_keyword_is_shown(word: str) -> None:
    assert re.search(rf"\b{word}\b", TEXT)
