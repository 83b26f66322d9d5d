"""Which clause and which rule of the new version is which of the old one, though it is called otherwise."""

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from ._policy import Clause, Rule
from ._sentences import sentences

_One = TypeVar("_One")


@dataclass(frozen=True, slots=True)
class Pairs(Generic[_One]):
    """What was found in both versions, and what in one alone; all in the order of the old document.

    Attributes:
        both: Old and new.
        places: Aligned with `both`: where the new one stands in the new document.
        removed: Only in the old version.
        added: Only in the new one, in the order of the new document.
    """

    both: tuple[tuple[_One, _One], ...]
    places: tuple[int, ...]
    removed: tuple[_One, ...]
    added: tuple[_One, ...]


_Key = Callable[[_One], Hashable]


def _paired(
    old: Sequence[_One], new: Sequence[_One], keys: Sequence[tuple[_Key[_One], _Key[_One]]]
) -> Pairs[_One]:
    """Pair by one key after the other, of the old and of the new; in order where several have the same.

    A key of None pairs nothing.
    """
    found: dict[int, int] = {}
    for key_of_old, key_of_new in keys:
        waiting: dict[Hashable, deque[int]] = defaultdict(deque)
        taken = set(found.values())
        for place, one in enumerate(new):
            if place not in taken:
                waiting[key_of_new(one)].append(place)
        for place, one in enumerate(old):
            key = key_of_old(one)
            if place not in found and key is not None and waiting.get(key):
                found[place] = waiting[key].popleft()
    both = sorted(found.items())
    return Pairs(
        both=tuple((old[before], new[after]) for before, after in both),
        places=tuple(after for _, after in both),
        removed=tuple(one for place, one in enumerate(old) if place not in found),
        added=tuple(one for place, one in enumerate(new) if place not in found.values()),
    )


def in_order(places: Sequence[int]) -> bool:
    """Whether they ascend."""
    return list(places) == sorted(places)


def clauses_paired(old: Sequence[Clause], new: Sequence[Clause]) -> Pairs[Clause]:
    """A clause with the same words is the same clause; of the others, one with the same id."""
    keys: list[_Key[Clause]] = [lambda clause: (clause.id, _words(clause)), _words, lambda clause: clause.id]
    return _paired(old, new, [(key, key) for key in keys])


def rules_paired(old: Sequence[Rule], new: Sequence[Rule], clauses: Pairs[Clause]) -> Pairs[Rule]:
    """A rule of the same name in the same clause is the same rule, whatever the clause is called now.

    So is one of the same name in another clause, and one that does the very same under another name.
    """
    called = {before.id: after.id for before, after in clauses.both}
    keys: list[_Key[Rule]] = [lambda rule: rule.name, lambda rule: (rule.clause, _body(rule)), _body]
    within = (
        lambda rule: _in_clause(rule, called.get(rule.clause)),
        lambda rule: _in_clause(rule, rule.clause),
    )
    return _paired(old, new, [within, *((key, key) for key in keys)])


def _words(clause: Clause) -> tuple[str, tuple[str, ...]]:
    return clause.title, sentences(clause.prose)


def _in_clause(rule: Rule, clause: str | None) -> tuple[str, str] | None:
    """The rule's clause under another id, and its name within the clause; None where the clause is gone."""
    return None if clause is None else (clause, rule.name.removeprefix(rule.clause))


def _body(rule: Rule) -> Hashable:
    return rule.when, rule.unless, rule.on_unknown, rule.queue, rule.priority
