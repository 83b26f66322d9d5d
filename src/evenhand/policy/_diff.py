"""What changed between two versions of a policy, as a list of typed changes; `_diff_words.py` says them.

    diff = compare(Version(old, old_files), Version(new, new_files))
    diff.changes            # (Replaced(part=CLAUSE, name="H6", field="severity", old="3", new="4"), ...)
    diff.reach("H6.model")  # Reach.MORE: it brings all posts to review that it brought before

Swapping the sides swaps what is old and new, removed and added, more and fewer, and nothing else.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from evenhand.errors import BadInput

from ._changes import (
    Added,
    Change,
    Condition,
    Illustrated,
    Moved,
    Part,
    PolicyDiff,
    Removed,
    Renamed,
    Reordered,
    Replaced,
    Reworded,
)
from ._counters import Counter, written_counter
from ._diff_banks import bank_changes, banks_of, file_changes, read_by, unlike
from ._diff_conditions import Reach, compared, steps
from ._diff_pairs import Pairs, clauses_paired, in_order, rules_paired
from ._examples import written_example
from ._policy import Clause, Policy, Rule
from ._sentences import sentences, sentences_outside
from ._syntax import OnUnknown, signals
from ._written import written

_ORDER = {part: place for place, part in enumerate(Part)}


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a policy with the files of its folder, by their path inside it."""

    policy: Policy
    files: Mapping[str, bytes]


def compare(old: Version, new: Version) -> PolicyDiff:
    """Say what changed.

    Raises:
        BadInput: They are no versions of one policy, or a term bank is malformed.
    """
    before, after = old.policy, new.policy
    if before.ref.policy != after.ref.policy:
        raise BadInput(
            f"{before.ref.policy} and {after.ref.policy} are two policies, expected two versions of one",
            mend=f"name another version of {before.ref.policy}, such as"
            f" {before.ref.policy}@{before.ref.version}",
        )
    clauses = clauses_paired(before.clauses, after.clauses)
    rules = rules_paired(before.rules, after.rules, clauses)
    old_banks, new_banks = banks_of(old.files), banks_of(new.files)
    unsure = unlike(old_banks, new_banks)
    unsure |= _unlike_counters(before.counters, after.counters, unsure)
    changes = (
        *_of_document(before, after),
        *_of_clauses(clauses, before, after),
        *_of_counters(before.counters, after.counters),
        *_of_rules(rules, clauses, after.ref.policy, unsure),
        *bank_changes(old_banks, new_banks, (*before.rules, *after.rules)),
        *file_changes(old.files, new.files),
    )
    return PolicyDiff(before.ref, after.ref, tuple(sorted(changes, key=lambda change: _ORDER[change.part])))


def _of_document(old: Policy, new: Policy) -> Iterator[Change]:
    """What the policy says of itself, and the prose that stands in no clause."""
    name = new.ref.policy
    for field, before, after in (
        ("version", old.ref.version, new.ref.version),
        ("title", old.title, new.title),
        ("language", old.language, new.language),
    ):
        yield from _replaced(Part.POLICY, name, field, before, after)
    yield from _reworded(Part.POLICY, name, sentences_outside(old.document), sentences_outside(new.document))


def _of_clauses(clauses: Pairs[Clause], old: Policy, new: Policy) -> Iterator[Change]:
    for clause in clauses.removed:
        yield Removed(part=Part.CLAUSE, name=clause.id, text=_summary(clause))
    old_examples, new_examples = _examples(old), _examples(new)
    for before, after in clauses.both:
        yield from _of_clause(before, after)
        _, removed, added = compared(old_examples[before.id], new_examples[after.id])
        if removed or added:
            yield Illustrated(part=Part.CLAUSE, name=after.id, removed=removed, added=added)
    for clause in clauses.added:
        yield Added(part=Part.CLAUSE, name=clause.id, text=_summary(clause))
    if not in_order(clauses.places):
        yield Reordered(part=Part.POLICY, name=new.ref.policy, things="clauses")


def _examples(policy: Policy) -> Mapping[str, list[str]]:
    """By clause, as a policy writes them."""
    found: dict[str, list[str]] = {clause.id: [] for clause in policy.clauses}
    for example in policy.examples:
        found[example.clause].append(written_example(example))
    return found


def _summary(clause: Clause) -> str:
    return f"{clause.title}; severity {clause.severity}; a decision may order {', '.join(clause.actions)}"


def _of_clause(old: Clause, new: Clause) -> Iterator[Change]:
    """What changed of a clause that both versions have."""
    if old.id != new.id:
        yield Renamed(part=Part.CLAUSE, name=new.id, old=old.id)
    for field, before, after in (
        ("title", old.title, new.title),
        ("severity", str(old.severity), str(new.severity)),
        ("actions", ", ".join(old.actions), ", ".join(new.actions)),
        ("automation", old.automation, new.automation),
        ("labels", ", ".join(old.labels), ", ".join(new.labels)),
        ("for people alone", "yes" if old.human_only else "no", "yes" if new.human_only else "no"),
    ):
        yield from _replaced(Part.CLAUSE, new.id, field, before, after)
    yield from _reworded(Part.CLAUSE, new.id, sentences(old.prose), sentences(new.prose))


def _of_counters(old: Sequence[Counter], new: Sequence[Counter]) -> Iterator[Change]:
    before, after = _counters(old), _counters(new)
    for name in sorted(before.keys() | after.keys()):
        if name not in after:
            yield Removed(part=Part.COUNTER, name=name, text=before[name])
        elif name not in before:
            yield Added(part=Part.COUNTER, name=name, text=after[name])
        else:
            yield from _replaced(Part.COUNTER, name, "counts", before[name], after[name])


def _counters(counters: Sequence[Counter]) -> Mapping[str, str]:
    """By name, as a policy writes them."""
    return {counter.name: written_counter(counter) for counter in counters}


def _unlike_counters(
    old: Sequence[Counter], new: Sequence[Counter], unsure: frozenset[str]
) -> frozenset[str]:
    """The signals of counters that do not count the same in both versions, be it because of a bank."""
    before, after = _counters(old), _counters(new)
    return frozenset(
        counter.signal.name
        for counter in (*old, *new)
        if before.get(counter.name) != after.get(counter.name)
        or (counter.where is not None and signals(counter.where) & unsure)
    )


def _of_rules(
    rules: Pairs[Rule], clauses: Pairs[Clause], policy: str, unsure: frozenset[str]
) -> Iterator[Change]:
    called = {before.id: after.id for before, after in clauses.both}
    stayed: list[int] = []
    for rule in rules.removed:
        yield Removed(part=Part.RULE, name=rule.name, text=_in_words(rule))
    for (before, after), place in zip(rules.both, rules.places, strict=True):
        if called.get(before.clause) == after.clause:
            stayed.append(place)
        else:
            yield Moved(part=Part.RULE, name=after.name, old=before.clause, new=after.clause)
        yield from _of_rule(before, after, unsure)
    for rule in rules.added:
        yield Added(part=Part.RULE, name=rule.name, text=_in_words(rule))
    if in_order(clauses.places) and not in_order(stayed):
        yield Reordered(part=Part.POLICY, name=policy, things="rules")


def _in_words(rule: Rule) -> str:
    unless = "" if rule.unless is None else f" unless {written(rule.unless)}"
    return f"when {written(rule.when)}{unless}"


def _of_rule(old: Rule, new: Rule, unsure: frozenset[str]) -> Iterator[Change]:
    """What changed of a rule that both versions have.

    Args:
        old: As it was.
        new: As it is.
        unsure: Signals that do not mean the same in both versions: nothing is certain where one is read.
    """
    if old.name != new.name:
        yield Renamed(part=Part.RULE, name=new.name, old=old.name)
    fails = OnUnknown.FAIL in {old.on_unknown, new.on_unknown}  # a run that is refused brings nothing
    certain = not fails and not (read_by(old) | read_by(new)) & unsure
    for where, found in (("when", steps(old.when, new.when)), ("unless", steps(old.unless, new.unless))):
        for step in found:
            reach = step.reach.contrary if where == "unless" else step.reach
            if reach is not Reach.SAME and not certain:
                reach = Reach.UNCERTAIN
            yield Condition(part=Part.RULE, name=new.name, where=where, step=replace(step, reach=reach))
    for field, before, after in (
        ("on unknown", old.on_unknown.value, new.on_unknown.value),
        ("queue", old.queue, new.queue),
        ("priority", str(old.priority), str(new.priority)),
    ):
        yield from _replaced(Part.RULE, new.name, field, before, after)


def _replaced(part: Part, name: str, field: str, old: str, new: str) -> Iterator[Change]:
    if old != new:
        yield Replaced(part=part, name=name, field=field, old=old, new=new)


def _reworded(part: Part, name: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    if tuple(old) != tuple(new):
        _, removed, added = compared(old, new)
        yield Reworded(part=part, name=name, removed=removed, added=added)
