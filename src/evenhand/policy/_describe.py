"""A policy in words: what `evenhand policy show` prints."""

from ._counters import written_counter
from ._policy import Clause, Policy, Rule
from ._syntax import OnUnknown
from ._written import written

_ON_UNKNOWN = {
    OnUnknown.IGNORE: "where that cannot be known, nothing",
    OnUnknown.REVIEW: "where that cannot be known, the same",
    OnUnknown.FAIL: "where that cannot be known, the run is refused",
}


def describe(policy: Policy) -> str:
    """The policy as plain text: its clauses with severity and actions, and what each rule does."""
    ref = policy.ref
    lines = [f"{policy.title} ({ref.policy} {ref.version}, {policy.language})", f"sha256 {ref.content_hash}"]
    if policy.counters:
        lines += ["", *(f"counter {one.name}: {written_counter(one)}" for one in policy.counters)]
    for clause in policy.clauses:
        lines += ["", *_clause(clause)]
        rules = [rule for rule in policy.rules if rule.clause == clause.id]
        for rule in rules:
            lines += _rule(rule)
        if not rules:
            lines.append("  no rule: people report it, or reviewers find it")
    return "\n".join(lines) + "\n"


def _clause(clause: Clause) -> list[str]:
    actions = ", ".join(action.replace("_", " ") for action in clause.actions)
    lines = [
        f"{clause.id} {clause.title}",
        f"  severity {clause.severity} of 5; a decision may order: {actions}",
        f"  automation: {clause.automation}",
    ]
    if clause.labels:
        lines.append(f"  a decision says of the text: {', '.join(clause.labels)}")
    return lines


def _rule(rule: Rule) -> list[str]:
    lines = [f"  rule {rule.name}", f"    when   {written(rule.when)}"]
    if rule.unless is not None:
        lines.append(f"    unless {written(rule.unless)}")
    lines.append(f"    then   a person looks, in queue {rule.queue}, priority {rule.priority} of 5")
    lines.append(f"    {_ON_UNKNOWN[rule.on_unknown]}")
    return lines
