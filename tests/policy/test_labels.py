"""What a decision says of a text: no more than its clause does."""

import pytest
from policy_samples import REGISTRY

from evenhand.errors import RuleError
from evenhand.policy import Policy, labels_said, parse_policy


def a_policy(**labels: str) -> Policy:
    """A policy with a clause of each id, whose block says these labels; empty for none."""
    document = '# Conduct\n\n```settings\npolicy = "conduct"\nversion = "1.0"\nlanguage = "en"\n```\n'
    for clause, said in labels.items():
        line = f"labels = {said}\n" if said else ""
        document += f'\n## {clause} Attack\n\n```clause\nseverity = 3\nactions = ["label"]\n{line}```\n'
    return parse_policy({"policy.md": document.encode()}, registry=REGISTRY, where="here")


def test_a_decision_under_a_clause_says_its_labels_and_no_other() -> None:
    """Whoever decides under one clause has not looked whether others are broken too."""
    policy = a_policy(T1='["hateful", "abusive"]', T2='["threat"]')

    assert labels_said(policy.clause("T1"), [policy]) == {"hateful": True, "abusive": True}
    assert labels_said(policy.clause("T2"), [policy]) == {"threat": True}


def test_a_clause_without_labels_says_nothing_of_the_text() -> None:
    assert labels_said(a_policy(T1="").clause("T1")) == {}


def test_that_nothing_is_broken_denies_what_a_clause_is_about_alone() -> None:
    """Not hateful and abusive at once: it may still be one of the two."""
    assert labels_said(None, [a_policy(T1='["hateful", "abusive"]', T2='["threat"]')]) == {"threat": False}


def test_that_nothing_is_broken_speaks_for_every_policy_considered_and_no_other() -> None:
    hateful, rude = a_policy(T1='["hateful"]'), a_policy(A1='["abusive"]', A2="")

    assert labels_said(None, [hateful]) == {"hateful": False}
    assert labels_said(None, [hateful, rude]) == {"hateful": False, "abusive": False}
    assert labels_said(None, [a_policy(T1="")]) == {}
    assert labels_said(None) == {}


def test_a_label_that_no_detector_learns_is_a_fault() -> None:
    with pytest.raises(RuleError, match='has "rude" in labels'):
        a_policy(T1='["rude"]')
