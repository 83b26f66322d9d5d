"""Cases, the unit of review: their events, the fold that gives their state, their order, decisions."""

from ._decide import NewDecision, check_claimable, decide
from ._events import (
    CaseEvent,
    CaseOpened,
    Claimed,
    Decided,
    FirstOpinionGiven,
    Groups,
    RecommendationJoined,
    Released,
    ReportJoined,
    Revised,
    from_groups,
    to_groups,
    type_of,
)
from ._status import CaseState, CaseStatus, advance, fold, opened, queue_key

__all__ = [
    "CaseEvent",
    "CaseOpened",
    "CaseState",
    "CaseStatus",
    "Claimed",
    "Decided",
    "FirstOpinionGiven",
    "Groups",
    "NewDecision",
    "RecommendationJoined",
    "Released",
    "ReportJoined",
    "Revised",
    "advance",
    "check_claimable",
    "decide",
    "fold",
    "from_groups",
    "opened",
    "queue_key",
    "to_groups",
    "type_of",
]
