"""Which clause of which policy somebody means who names one."""

from collections.abc import Sequence

from evenhand.errors import BadInput
from evenhand.policy import InForce
from evenhand.vocabulary import ClauseId, PolicyId


def clause_named(
    versions: Sequence[InForce], name: str, spoken: Sequence[PolicyId] = ()
) -> tuple[InForce, ClauseId]:
    """The version that is meant, and the clause's id in it.

    Args:
        versions: Those that judge the item, one per policy.
        name: `H1`, or `hateful-conduct/H1`.
        spoken: Policies under whose clause of that id the item was surfaced, the foremost first: the first
            of them is meant where several policies have the clause.

    Raises:
        BadInput: No policy has it, or several have and nothing tells which is meant.
    """
    having = [
        (version, clause.id)
        for version in versions
        for clause in version.policy.clauses
        if name in {clause.id, _full_name(version, clause.id)}
    ]
    if not having:
        ids = [clause.id for version in versions for clause in version.policy.clauses]
        known = [
            clause.id if ids.count(clause.id) == 1 else _full_name(version, clause.id)
            for version in versions
            for clause in version.policy.clauses
        ]
        raise BadInput(
            f"no policy in force for this item has a clause {name!r}", mend=f"clauses are {', '.join(known)}"
        )
    meant = [one for policy in spoken for one in having if one[0].policy.ref.policy == policy]
    if len(having) > 1 and not meant:
        policies = ", ".join(version.policy.ref.policy for version, _ in having)
        raise BadInput(
            f"several policies in force for this item have a clause {name!r}: {policies}",
            mend=f"name one: {' or '.join(_full_name(*one) for one in having)}",
        )
    return (meant or having)[0]


def _full_name(version: InForce, clause: ClauseId) -> str:
    return f"{version.policy.ref.policy}/{clause}"
