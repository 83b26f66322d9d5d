"""What differs between two versions of a condition, and whether it holds for more posts or for fewer.

false < unknown < true orders the values of a condition, and `and`, `or` and `not` keep or turn that order
(Kleene's tables are the least, the greatest and the mirror image). So a part that holds for more makes the
whole hold for more, whatever stands around it, and also where something is unknown; below a `not` it is the
other way round.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from ._syntax import And, Compare, Contains, Expression, Minus, Not, Number, OneOf, Or, Text
from ._written import quoted, written

_Part = TypeVar("_Part", bound=Hashable)
_MIRRORED: Mapping[str, str] = {">=": "<=", ">": "<", "<=": ">=", "<": ">", "==": "==", "!=": "!="}


class Reach(StrEnum):
    """What a change does to the posts that a rule brings to review, everything else being equal."""

    SAME = "same"
    MORE = "more"  # all that it brought before, and perhaps others
    FEWER = "fewer"  # none that it did not bring before
    UNCERTAIN = "uncertain"  # the rule alone does not tell

    @property
    def contrary(self) -> "Reach":
        """What it does below a `not`, or in an exception."""
        return {Reach.MORE: Reach.FEWER, Reach.FEWER: Reach.MORE}.get(self, self)


def together(reaches: Iterable[Reach]) -> Reach:
    """What several changes do at once; only certain where none speaks against another."""
    found = set(reaches) - {Reach.SAME}
    if len(found) > 1:
        return Reach.UNCERTAIN
    return found.pop() if found else Reach.SAME


@dataclass(frozen=True, slots=True)
class Threshold:
    """One comparison with another constant, or with `>` for `>=`: both as a policy writes them."""

    old: str
    new: str
    reach: Reach


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms that came and went.

    Attributes:
        joined: What joins them: `and`, `or`; or the test in whose list they stand: `item.kind in`.
        removed: As a policy writes them, in the order of the old version.
        added: In the order of the new one.
        beside: The terms of the same group that are in both versions.
        reach: What that does.
    """

    joined: str
    removed: tuple[str, ...]
    added: tuple[str, ...]
    beside: tuple[str, ...]
    reach: Reach


@dataclass(frozen=True, slots=True)
class Rearranged:
    """The same terms in another order."""

    reach: Reach = Reach.SAME


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A condition that is another one, both as a policy writes them; empty where there is none."""

    old: str
    new: str
    reach: Reach


Step = Threshold | Terms | Rearranged | Rewritten
"""One thing that differs between two conditions."""


def steps(old: Expression | None, new: Expression | None) -> tuple[Step, ...]:
    """What differs between two versions of a condition; None is one that never holds."""
    if old is None or new is None:
        if old is new:
            return ()
        reach = Reach.MORE if old is None else Reach.FEWER
        return (Rewritten(_or_nothing(old), _or_nothing(new), reach),)
    found = _steps(old, new)
    return (Rewritten(written(old), written(new), Reach.UNCERTAIN),) if found is None else found


def _or_nothing(condition: Expression | None) -> str:
    return "" if condition is None else written(condition)


def _steps(old: Expression, new: Expression) -> tuple[Step, ...] | None:
    """What differs; None where the two have nothing in common."""
    if old == new:
        return ()
    match old, new:
        case Not(of=before), Not(of=after):
            return _below_not(_steps(before, after))
        case Compare(), Compare():
            return _threshold(old, new)
        case Contains(signal=one, literals=before), Contains(signal=two, literals=after) if one == two:
            return _listed(f"{one.name} contains", before, after)
        case OneOf(signal=one, values=before), OneOf(signal=two, values=after) if one == two:
            return _listed(f"{one.name} in", before, after)
        case _:
            return _group(And, old, new) or _group(Or, old, new)


def _below_not(found: tuple[Step, ...] | None) -> tuple[Step, ...] | None:
    return None if found is None else tuple(replace(step, reach=step.reach.contrary) for step in found)


@dataclass(frozen=True, slots=True)
class _Bound:
    """A comparison with a constant: what is compared, how, and with what; the constant on the right."""

    subject: Expression
    operator: str
    value: float

    @property
    def direction(self) -> str:
        """`>` for `>=` too, `<` for `<=` too."""
        return self.operator if self.operator in {"==", "!="} else self.operator[0]

    @property
    def strictness(self) -> tuple[float, bool]:
        """Sorts bounds of one direction: the greater holds for fewer."""
        return (self.value if self.direction == ">" else -self.value), self.operator in {"<", ">"}


def _bound(node: Compare) -> _Bound | None:
    """The comparison as a bound; None where no side is a constant."""
    right, left = _constant(node.right), _constant(node.left)
    if right is not None:
        return _Bound(node.left, node.operator, right)
    return None if left is None else _Bound(node.right, _MIRRORED[node.operator], left)


def _constant(node: Expression) -> float | None:
    match node:
        case Number(value=value):
            return value
        case Minus(of=Number(value=value)):
            return -value
        case _:
            return None


def _threshold(old: Compare, new: Compare) -> tuple[Step, ...] | None:
    """Two comparisons of the same thing, in the same direction."""
    before, after = _bound(old), _bound(new)
    if before is None or after is None:
        return None
    if (before.subject, before.direction) != (after.subject, after.direction):
        return None
    if (before.operator, before.value) == (after.operator, after.value):
        reach = Reach.SAME
    elif before.direction in {"==", "!="}:
        reach = Reach.UNCERTAIN
    else:
        reach = Reach.MORE if after.strictness < before.strictness else Reach.FEWER
    return (Threshold(written(old), written(new), reach),)


def _listed(test: str, old: tuple[Text, ...], new: tuple[Text, ...]) -> tuple[Step, ...]:
    """Two lists of strings in one test, of which one is enough."""
    kept, removed, added = compared(old, new)
    if not removed and not added:
        return (Rearranged(),)
    gone, come, beside = (tuple(quoted(text.value) for text in part) for part in (removed, added, kept))
    return (Terms(test, gone, come, beside, _of_or(removed, added)),)


def _of_or(removed: Sequence[object], added: Sequence[object]) -> Reach:
    """What it does to alternatives that some go and some come."""
    gone, come = (Reach.FEWER if removed else Reach.SAME), (Reach.MORE if added else Reach.SAME)
    return together([gone, come])


def _group(kind: type[And] | type[Or], old: Expression, new: Expression) -> tuple[Step, ...] | None:
    """Two groups of terms that one word joins; a single term is a group of its own."""
    before, after = (node.parts if isinstance(node, kind) else (node,) for node in (old, new))
    if len(before) == len(after) == 1:
        return None
    kept, removed, added = compared(before, after)
    if not removed and not added:
        return (Rearranged(),)
    found, removed, added = _changed(removed, added)
    if not kept and not found:
        return None
    if removed or added:
        gone, come, beside = (tuple(_term(part, kind) for part in some) for some in (removed, added, kept))
        reach = _of_or(removed, added)
        word, reach = ("and", reach.contrary) if kind is And else ("or", reach)
        found = (*found, Terms(word, gone, come, beside, reach))
    return found


def _term(part: Expression, kind: type[And] | type[Or]) -> str:
    """A term as it stands in its group."""
    return f"({written(part)})" if kind is And and isinstance(part, Or) else written(part)


def compared(
    old: Sequence[_Part], new: Sequence[_Part]
) -> tuple[tuple[_Part, ...], tuple[_Part, ...], tuple[_Part, ...]]:
    """What two lists have in common, what only the old one has, and what only the new one; in their order.

    What stands in a list more than once counts as often.
    """
    kept = Counter(old) & Counter(new)
    return _taken(old, kept), _taken(old, Counter(old) - kept), _taken(new, Counter(new) - kept)


def _taken(parts: Sequence[_Part], wanted: Counter[_Part]) -> tuple[_Part, ...]:
    """The parts wanted, in their order."""
    left = wanted.copy()
    taken: list[_Part] = []
    for part in parts:
        if left[part] > 0:
            left[part] -= 1
            taken.append(part)
    return tuple(taken)


def _changed(
    removed: tuple[Expression, ...], added: tuple[Expression, ...]
) -> tuple[tuple[Step, ...], tuple[Expression, ...], tuple[Expression, ...]]:
    """The terms of which one can be told as a change of the other, as steps; and the terms that are left."""
    by_shape: dict[Hashable, list[Expression]] = defaultdict(list)
    for part in added:
        by_shape[_shape(part)].append(part)
    found: list[Step] = []
    gone, come = list(removed), list(added)

    def told(old: Expression, new: Expression) -> None:
        if (steps_between := _steps(old, new)) is not None:
            found.extend(steps_between)
            gone.remove(old)
            come.remove(new)

    for part in removed:
        if alike := by_shape[_shape(part)]:
            told(part, alike.pop(0))
    if len(gone) == len(come) == 1:
        told(gone[0], come[0])
    return tuple(found), tuple(gone), tuple(come)


def _shape(node: Expression) -> Hashable:
    """What two conditions share where one may be a change of the other."""
    match node:
        case Compare():
            bound = _bound(node)
            return node if bound is None else (bound.subject, bound.direction)
        case Contains(signal=signal) | OneOf(signal=signal):
            return type(node).__name__, signal
        case Not(of=inner):
            return Not.__name__, _shape(inner)
        case And() | Or():
            return type(node).__name__
        case _:
            return node
