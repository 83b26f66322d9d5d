"""Names of things: passing one where another is meant is a type error."""

from typing import NewType

CaseId = NewType("CaseId", str)
DecisionId = NewType("DecisionId", str)
EffectId = NewType("EffectId", str)
NoticeId = NewType("NoticeId", str)
ReportId = NewType("ReportId", str)
StaffName = NewType("StaffName", str)
ClauseId = NewType("ClauseId", str)
PolicyId = NewType("PolicyId", str)

Sequence = NewType("Sequence", int)
"""Arrival order in one store: 1 for its first accepted item, without gaps."""
