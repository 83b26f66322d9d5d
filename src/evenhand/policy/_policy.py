"""A policy, its clauses and its rules: one version, frozen."""

from dataclasses import dataclass

from evenhand.errors import BadInput
from evenhand.vocabulary import ClauseId, PolicyRef

from ._counters import PREFIX, Counter
from ._examples import Example
from ._source import nearest
from ._syntax import Expression, OnUnknown, signals


@dataclass(frozen=True, slots=True)
class Clause:
    r"""What people are told they may not do, and what follows.

    Attributes:
        id: `H2.1`; unique in the policy.
        title: What stands beside the id.
        prose: The Markdown under its heading without the machine's blocks, trimmed.
        severity: 1 (least) to 5 (gravest).
        actions: What a decision under this clause may order, besides doing nothing: of `ACTIONS`.
        automation: What may happen without a person: `review-only` means nothing may.
        text_hash: SHA-256, in hex, of the UTF-8 of the clause as it stands in the document: heading, prose
            and blocks, with `\n` line ends and without blank ends. A notice cites it.
        labels: What a decision under it says of the text, to whoever learns from decisions: of `LABELS`;
            see `labels_said`.
        human_only: It has no rule, and that is meant so: people report what breaks it, or find it.
    """

    id: ClauseId
    title: str
    prose: str
    severity: int
    actions: tuple[str, ...]
    automation: str
    text_hash: str
    labels: tuple[str, ...] = ()
    human_only: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """When a person should look at an item.

    Attributes:
        name: `H2.attack`; unique in the policy, and begins with its clause's id.
        clause: The clause that it stands in.
        when: The condition under which it speaks.
        unless: The condition that silences it.
        on_unknown: What becomes of an item for which that cannot be decided.
        queue: Where a person should look.
        priority: 1 (first) to 5 (last).
    """

    name: str
    clause: ClauseId
    when: Expression
    unless: Expression | None
    on_unknown: OnUnknown
    queue: str
    priority: int

    @property
    def counts(self) -> bool:
        """Whether it reads a counter, and so can only be decided where items have their order."""
        read = signals(self.when) | (signals(self.unless) if self.unless is not None else frozenset())
        return any(name.startswith(PREFIX) for name in read)


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of a policy.

    Attributes:
        ref: Its name, version and content hash.
        title: As its document is headed.
        language: Of its prose, as BCP 47 has it: `en`.
        clauses: In the order of the document.
        rules: In the order of the document.
        document: The Markdown that people read.
        examples: Posts that its rules bring to review or leave alone, in the order of the document.
        counters: In the order of the document.
    """

    ref: PolicyRef
    title: str
    language: str
    clauses: tuple[Clause, ...]
    rules: tuple[Rule, ...]
    document: str
    examples: tuple[Example, ...] = ()
    counters: tuple[Counter, ...] = ()

    @property
    def surfacing(self) -> frozenset[str]:
        """The signals that the `when` of a rule reads; what only an `unless` reads surfaces nothing."""
        return frozenset[str]().union(*(signals(rule.when) for rule in self.rules))

    def clause(self, wanted: str) -> Clause:
        """The clause of an id.

        Raises:
            BadInput: There is none.
        """
        for clause in self.clauses:
            if clause.id == wanted:
                return clause
        known = tuple(clause.id for clause in self.clauses)
        meant = nearest(wanted, known)
        raise BadInput(
            f"policy {self.ref.policy} {self.ref.version} has no clause {wanted!r}",
            mend=f"did you mean {meant}?" if meant else f"its clauses are {', '.join(known)}",
        )
