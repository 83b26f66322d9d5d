"""What can change between two versions of a policy, one type for each kind of change."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from evenhand.vocabulary import PolicyRef

from ._diff_conditions import Reach, Step, together


class Part(StrEnum):
    """What of a policy a change is about."""

    POLICY = "policy"
    CLAUSE = "clause"
    COUNTER = "counter"
    RULE = "rule"
    BANK = "bank"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a change is about.

    Attributes:
        part: What kind of thing.
        name: A clause's id, a rule's name, ...; as the new version calls it where both have it.
    """

    part: Part
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Added(About):
    """Only the new version has it; `text` says what it is."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed(About):
    """Only the old version has it; `text` says what it is."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed(About):
    """A clause with the same words under another id, or a rule under another name; `name` is the new one."""

    old: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved(About):
    """A rule stands in another clause. Where that one was only renumbered, it did not move."""

    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced(About):
    """A field has another value.

    Attributes:
        field: `title`, `severity`, `on unknown`, ...: as the document calls it.
        old: Its value; empty for none.
        new: The same.
    """

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reworded(About):
    """Sentences of the prose that came and went; neither where only their order changed."""

    removed: tuple[str, ...]
    added: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Illustrated(About):
    """Examples of a clause that came and went, as a policy writes them."""

    removed: tuple[str, ...]
    added: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BankTerms(About):
    """Terms of a bank that came and went, folded, with what each needs; `read_by` are the rules that ask."""

    removed: tuple[str, ...]
    added: tuple[str, ...]
    read_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reordered(About):
    """The same things in another order; `things` says which: `clauses` or `rules`."""

    things: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition(About):
    """A rule's condition differs.

    Attributes:
        where: `when` or `unless`.
        step: What differs; its reach is that of the whole rule, all else being equal.
    """

    where: str
    step: Step


Change = (
    Added | Removed | Renamed | Moved | Replaced | Reworded | Illustrated | BankTerms | Reordered | Condition
)


@dataclass(frozen=True, slots=True)
class PolicyDiff:
    """What changed.

    Attributes:
        old: The one version.
        new: The other.
        changes: The policy's own first, then those of clauses, rules, banks and other files. None although
            the content hashes differ: only line breaks, comments and the like changed, which nobody reads.
    """

    old: PolicyRef
    new: PolicyRef
    changes: tuple[Change, ...]

    @property
    def same(self) -> bool:
        """Whether the two are one version, down to the byte."""
        return self.old.content_hash == self.new.content_hash

    @property
    def unversioned(self) -> bool:
        """Whether something changed although the version says that nothing did."""
        return not self.same and self.old.version == self.new.version

    def reach(self, rule: str) -> Reach:
        """What all changes of a rule do together to the posts that it brings to review."""
        return reach_of([one for one in self.changes if one.part is Part.RULE and one.name == rule])


def reach_of(changes: Sequence[Change]) -> Reach:
    """What some changes of one rule do together."""
    return together(map(_reach, changes))


def _reach(change: Change) -> Reach:
    match change:
        case Condition(step=step):
            return step.reach
        case Replaced(part=Part.RULE, field="on unknown", old=old, new=new):
            certain = {("ignore", "review"): Reach.MORE, ("review", "ignore"): Reach.FEWER}
            return certain.get((old, new), Reach.UNCERTAIN)
        case _:
            return Reach.SAME
