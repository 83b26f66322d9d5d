"""What changed between two versions of a policy, in words: what `evenhand policy diff` prints."""

from collections.abc import Sequence
from itertools import groupby
from typing import assert_never

from ._changes import (
    Added,
    BankTerms,
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
    reach_of,
)
from ._diff_conditions import Reach, Rearranged, Rewritten, Step, Terms, Threshold

_REACHES = {Reach.MORE: ": looks at more posts", Reach.FEWER: ": looks at fewer posts"}
_ALONE = {Reach.MORE: ": more posts by itself", Reach.FEWER: ": fewer posts by itself"}


def describe_diff(diff: PolicyDiff) -> str:
    """The changes as plain text, under what they are about.

    Of a rule it says whether it looks at more or at fewer posts where its own changes make that certain: it
    brings to review all that it brought before and perhaps others, or nothing that it did not bring before.
    Where one change is for more and another for fewer, it says so of each; elsewhere it says nothing.
    """
    if diff.same:
        return "nothing changed\n"
    lines = [f"{diff.new.policy} {diff.old.version} becomes {diff.new.version}"]
    if not diff.changes:
        lines.append("nothing that people or rules read: spaces, line breaks or comments alone")
    for (part, name), found in groupby(diff.changes, lambda change: (change.part, change.name)):
        changes = list(found)
        title = f"the {part}" if part is Part.POLICY else f"{part} {name}"
        reach = reach_of(changes)
        lines += ["", f"{title}{_REACHES.get(reach, '')}"]
        for change in changes:
            alone = _ALONE.get(reach_of([change]), "") if reach is Reach.UNCERTAIN else ""
            *first, last = words(change)
            lines += [f"  {line}" for line in (*first, f"{last}{alone}")]
    return "\n".join(lines) + "\n"


def words(change: Change) -> list[str]:
    """One change in words, without what it is about; each sentence of a prose on a line of its own."""
    match change:
        case Reworded(removed=removed, added=added):
            return _sentences(removed, added)
        case Illustrated(removed=removed, added=added):
            gone = [f"example taken out: {example}" for example in removed]
            return gone + [f"example put in: {example}" for example in added]
        case BankTerms(removed=removed, added=added, read_by=rules):
            listed = [f"taken out: {'; '.join(removed)}"] if removed else []
            listed += [f"added: {'; '.join(added)}"] if added else []
            return [*listed, f"read by {', '.join(rules) or 'no rule'}"]
        case Condition(where=where, step=step):
            return [f"{where}: {line}" for line in _step(step)]
        case _:
            return [_line(change)]


def _line(change: Added | Removed | Renamed | Moved | Replaced | Reordered) -> str:
    match change:
        case Added(text=text):
            return f"added: {text}"
        case Removed(text=text):
            return f"taken out: {text}"
        case Renamed(old=old, part=part):
            return f"was {old}, with the same words" if part is Part.CLAUSE else f"was called {old}"
        case Moved(old=old, new=new):
            return f"moved: from what was clause {old} to what is clause {new}"
        case Replaced(field=field, old=old, new=new):
            return f"{field}: {old or 'none'} becomes {new or 'none'}"
        case Reordered(things=things):
            return f"the same {things} in another order"
        case _:
            assert_never(change)


def _sentences(removed: Sequence[str], added: Sequence[str]) -> list[str]:
    if not removed and not added:
        return ["the same sentences in another order"]
    return [f"taken out: {sentence}" for sentence in removed] + [f"put in: {sentence}" for sentence in added]


def _step(step: Step) -> list[str]:
    match step:
        case Threshold(old=old, new=new):
            return [f"{old} becomes {_shortened(old, new)}"]
        case Rearranged():
            return ["the same terms in another order"]
        case Rewritten(old="", new=new):
            return [f"{new} is added"]
        case Rewritten(old=old, new=""):
            return [f"{old} is taken out"]
        case Rewritten(old=old, new=new):
            return [f"{old}", f"becomes {new}"]
        case Terms():
            return _terms(step)
        case _:
            assert_never(step)


def _shortened(old: str, new: str) -> str:
    """A comparison without its left side, where that is the one of the old version: `>= 0.9`."""
    before, after = old.rsplit(" ", 2), new.rsplit(" ", 2)
    return " ".join(after[1:]) if before[0] == after[0] else new


def _terms(step: Terms) -> list[str]:
    """Terms of an `and` or an `or` one by one, with that word; strings of a list at once."""
    if step.joined in {"and", "or"}:
        beside = f" beside {f' {step.joined} '.join(step.beside)}" if step.beside else ""
        gone = [f"{step.joined} {term} is taken out{beside}" for term in step.removed]
        return gone + [f"{step.joined} {term} is added{beside}" for term in step.added]
    gone = [f"{', '.join(step.removed)} taken out of {step.joined}"] if step.removed else []
    return gone + ([f"{', '.join(step.added)} added to {step.joined}"] if step.added else [])
