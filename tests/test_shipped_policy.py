"""The policy that is shipped: it compiles, keeps its own promises, and its banks find what they are for."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from build import a_batch
from evenhand.detect.terms import TermDetector
from evenhand.intake import ITEM_SIGNALS
from evenhand.policy import OnUnknown, Policy, Rule, labels_said, parse_policy
from evenhand.vocabulary import Signal, SignalRegistry, SignalType

FOLDER = Path(__file__).parent.parent / "policies" / "hateful-conduct"
FILES = {
    path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in FOLDER.rglob("*") if path.is_file()
}
MODEL = tuple(
    Signal(name=name, type=SignalType.PROBABILITY, meaning="a score of the text model")
    for name in ("text.abusive", "text.hateful", "text.threat")
)
QUEUES = {"violence", "hate", "harassment", "language"}


@cache
def banks() -> TermDetector:
    return TermDetector.from_texts(
        {name: content.decode() for name, content in FILES.items() if name.startswith("terms/")}
    )


@cache
def policy() -> Policy:
    registry = SignalRegistry(ITEM_SIGNALS).joined(MODEL).joined(banks().signals)
    return parse_policy(FILES, registry=registry, where=str(FOLDER))


def found(text: str) -> Mapping[str, int]:
    """The banks that find something in a text, with how many terms."""
    columns = banks().examine(a_batch([text]))
    counts = {name.removeprefix("terms."): int(column.values[0]) for name, column in columns.items()}
    return {name: count for name, count in counts.items() if count}


def rules_of(clause: str) -> list[Rule]:
    return [rule for rule in policy().rules if rule.clause == clause]


def test_every_clause_can_be_decided_under() -> None:
    """Each clause has words for the person told of it and an action, and leaves nothing to a machine."""
    assert policy().ref.version == "1.1"
    for clause in policy().clauses:
        assert len(clause.prose) > 150
        assert clause.prose.split()[:3] == ["You", "may", "not"]
        assert "remove" in clause.actions
        assert clause.automation == "review-only"


def test_what_a_decision_says_of_the_words() -> None:
    """Under H8 nothing: an image is not in them. And nothing broken does not mean polite."""
    said = {str(clause.id): labels_said(clause) for clause in policy().clauses}

    assert said.pop("H2") == {"threat": True}
    assert said.pop("H7") == {"hateful": True, "abusive": True}
    assert said.pop("H8") == {}
    assert all(each == {"hateful": True} for each in said.values())
    assert labels_said(None, [policy()]) == {"hateful": False, "threat": False}


def test_rules_only_bring_to_known_queues() -> None:
    """Whoever staffs a service has four queues to staff, and danger comes first."""
    assert {rule.queue for rule in policy().rules} == QUEUES
    assert {rule.priority for rule in policy().rules if rule.queue == "violence"} <= {1, 2}


def test_nothing_holds_back_a_rule_about_threats() -> None:
    """A shown threat was made by somebody: the rules of H2 have no `unless`."""
    assert rules_of("H2")
    assert all(rule.unless is None for rule in rules_of("H2"))


def test_imagery_is_left_to_people() -> None:
    """No rule pretends to tell from words what a picture shows."""
    assert rules_of("H8") == []


def test_what_nothing_could_read_goes_to_people() -> None:
    """One rule, in the language queue, asks for review where it cannot be decided."""
    undecided = [rule for rule in policy().rules if rule.on_unknown is OnUnknown.REVIEW]

    assert [(rule.name, rule.queue) for rule in undecided] == [("H6.unread", "language")]


@pytest.mark.parametrize("bank", ["slurs", "slurs_world", "threats", "violence", "dehumanising"])
def test_what_the_model_could_not_read_is_brought_in_by_any_bank_of_attacks(bank: str) -> None:
    """Whoever keeps the model from reading a post does not keep the term banks from it."""
    (rule,) = [rule for rule in policy().rules if rule.name == "H6.unread"]

    assert (
        f"terms.{bank} >= 1" in policy().document.partition(f"```rule {rule.name}\n")[2].partition("```")[0]
    )


def test_every_bank_is_read_by_a_rule() -> None:
    """A bank that no rule reads would be work for nothing, and its words would look as if they counted."""
    read = set(re.findall(r"terms\.\w+", policy().document))

    assert read == {signal.name for signal in banks().signals}


def test_rules_named_in_the_prose_exist() -> None:
    """The explanation of the rules speaks of rules that are there."""
    named = set(re.findall(r"`(H[\d.]+\.[a-z]+)`", policy().document))

    assert named
    assert named <= {rule.name for rule in policy().rules}


@pytest.mark.parametrize(
    ("text", "bank"),
    [
        ("those people are subhumans", "dehumanising"),
        ("stop, they are rats and nothing else", "dehumanising"),
        ("exterminate the lot", "violence"),
        ("we know where you live", "threats"),
        ("i hope the boats sink", "wishes"),
        ("deport them all", "exclusion"),
        ("the great replacement is real", "conspiracy"),
        ("sieg heil", "atrocity"),
        ("filthy towelheads", "slurs"),
        ("f4ggots", "slurs"),
        ("putos moros", "slurs_world"),
        ("اقتلوهم جميعا", "hostile_world"),
        ("the asylum seekers next door", "groups"),
        ("the sikhs of this town", "religious"),
        ("this was sent to our mosque, police are investigating", "condemnation"),
        ("speaking as a tired old dyke", "self_reference"),
    ],
)
def test_a_bank_finds_what_it_is_for(text: str, bank: str) -> None:
    """Each bank finds a plain example of its meaning, disguised or in another script."""
    assert found(text).get(bank)


@pytest.mark.parametrize(
    "text",
    [
        "There's a chink in the greenhouse.",
        "The dyke is holding, thank heavens.",
        "An oreo and a glass of milk, please.",
        "Our coon cat has had kittens.",
        "I put a spade and two crackers in the basket.",
        "Rats in the compost again.",
        "The plague of 1665, chapter four.",
        "Nip to the shop for lice shampoo.",
        "The vegetables are doing well this year.",
        "The pansy bed is a picture.",
        "A swarm of bees in the chimney.",
        "Nuke the leftovers for two minutes.",
        "The cattle are in the top field.",
        "Dad joggers are back in fashion.",
        "Queer theory starts at ten.",
    ],
)
def test_homonyms_are_left_alone(text: str) -> None:
    """A word with an everyday meaning counts only beside words that make it an attack."""
    assert not {"slurs", "dehumanising", "violence"} & set(found(text))
