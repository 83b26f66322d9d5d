"""Term banks in force, and what came of the posts in which their terms stand."""

from dataclasses import dataclass

from evenhand.detect.term_statistics import TermStatistics, count_terms
from evenhand.detect.terms import TermBank, TermDetector, load
from evenhand.errors import BadInput
from evenhand.store import outcomes
from evenhand.vocabulary import PolicyId

from ._app import App
from ._shipped import ShippedShelf
from .policies import in_force_now


@dataclass(frozen=True, slots=True, kw_only=True)
class BankInForce:
    """A bank of the policies in force.

    Attributes:
        bank: The bank.
        policies: Those that have it.
        surfaces: Whether the `when` of one of their rules reads it: whether it brings items to review.
    """

    bank: TermBank
    policies: tuple[PolicyId, ...]
    surfaces: bool


def list_banks(app: App, *, name: str | None = None) -> list[BankInForce]:
    """The banks of the newest version of each policy in a store, by name; or one of them.

    Raises:
        Refused: No policy is in force.
        BadInput: There is no bank of that name.
    """
    found: dict[str, BankInForce] = {}
    for version, files in in_force_now(app):
        policy = version.policy
        for bank in load(ShippedShelf({policy.ref.policy: files})).banks:
            before = found.get(bank.name)
            found[bank.name] = BankInForce(
                bank=bank,
                policies=(*(before.policies if before else ()), policy.ref.policy),
                surfaces=bank.signal in policy.surfacing or (before is not None and before.surfaces),
            )
    if name is not None and name not in found:
        known = ", ".join(sorted(found)) or "none"
        raise BadInput(f"no policy in force has a term bank {name!r}", mend=f"banks are {known}")
    return [found[one] for one in sorted(found) if name in {None, one}]


def term_statistics(app: App, *, bank: str | None, least: int, below: float) -> TermStatistics:
    """How often the matches of each term were upheld, the worst term first.

    Args:
        app: The installation.
        bank: Only the terms of this bank; None for all.
        least: So many cases must be decided before a term can be called mostly innocent.
        below: And so low must the share upheld be, with the upper end of its interval.

    Raises:
        Refused: No policy is in force.
        BadInput: There is no bank of that name.
    """
    banks = list_banks(app, name=bank)
    surfacing = {one.bank.signal for one in banks if one.surfaces}
    detector = TermDetector([one.bank for one in banks])
    with app.store.reading() as tx:
        return count_terms(detector, outcomes.reviewed(tx), surfacing=surfacing, least=least, below=below)
