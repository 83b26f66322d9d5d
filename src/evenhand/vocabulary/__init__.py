"""The words of the field as frozen types: one word per thing, here and on every screen."""

from ._columns import Batch, Bools, Column, Columns
from ._findings import Finding, PolicyRef, Recommendation, Span, Term
from ._ids import (
    CaseId,
    ClauseId,
    DecisionId,
    EffectId,
    NoticeId,
    PolicyId,
    ReportId,
    Sequence,
    StaffName,
)
from ._signals import Signal, SignalRegistry, SignalType

__all__ = [
    "Batch",
    "Bools",
    "CaseId",
    "ClauseId",
    "Column",
    "Columns",
    "DecisionId",
    "EffectId",
    "Finding",
    "NoticeId",
    "PolicyId",
    "PolicyRef",
    "Recommendation",
    "ReportId",
    "Sequence",
    "Signal",
    "SignalRegistry",
    "SignalType",
    "Span",
    "StaffName",
    "Term",
]
