"""What one detector saw, and what the policy's rules say to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from ._ids import ClauseId, PolicyId


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A piece of an item's text that carried a signal.

    Attributes:
        start: First character, an offset into the original `Item.text`, in code points.
        end: One past the last.
        signal: The signal it speaks for.
    """

    start: int
    end: int
    signal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one detector saw in one item.

    Attributes:
        detector: Its name.
        version: Its version, so that a finding can be traced to the artefact that made it.
        signal: The column: `text.hateful`.
        score: The signal's value: a calibrated probability, 0 to 1, or a count.
        threshold: The published threshold it reached.
        spans: Where; empty means the whole item.
    """

    detector: str
    version: str
    signal: str
    score: float
    threshold: float
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that one detector said about one item, over its thresholds or not.

    Attributes:
        detector: Its name.
        version: Its version.
        values: Signal -> what it said: a number, a flag, or the name of a category; None where it is unknown.
    """

    detector: str
    version: str
    values: Mapping[str, float | bool | str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedding:
    """Where one detector puts one item among others: items alike lie close together.

    Attributes:
        detector: Its name.
        version: Its version; places of two versions cannot be compared.
        vector: The place: 16-bit floats, little-endian, of length 1.
    """

    detector: str
    version: str
    vector: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRef:
    """One version of a policy, named so that nobody can mistake it for another.

    Attributes:
        policy: The policy's id: `hateful-conduct`.
        version: As the document states it: `1.0`.
        content_hash: SHA-256 of the document and everything it reads, in hex: one changed word changes it.
    """

    policy: PolicyId
    version: str
    content_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One condition of a rule with the value it met: why the rule spoke, and what would have silenced it.

    Attributes:
        text: The condition as the policy writes it: `text.hateful >= 0.9`.
        value: What the item had: `0.97`; None where it was unknown.
        holds: Whether the condition was true; None where it was unknown.
    """

    text: str
    value: float | bool | str | None
    holds: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """What one rule of one policy version says to do about one item.

    Attributes:
        policy: The version that the item is judged by.
        clause: The clause that the rule stands in.
        rule: The rule's name.
        queue: Where a person should look at it.
        priority: 1 (first) to 5 (last), as the policy states it.
        severity: 1 (least) to 5 (gravest), of the clause.
        terms: The rule's conditions with their values.
        unknown: The rule could not be decided, and says that a person should look then.
    """

    policy: PolicyRef
    clause: ClauseId
    rule: str
    queue: str
    priority: int
    severity: int
    terms: tuple[Term, ...]
    unknown: bool = False
