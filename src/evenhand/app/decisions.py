"""Decisions as a training set: what people decided about words, as rows that training and evaluation read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import msgspec
import pyarrow as pa

from evenhand.policy import labels_said
from evenhand.store import decided, history
from evenhand.store.decided import Judged, LastDecision
from evenhand.vocabulary import CaseId

from ._app import App
from .policies import timeline_of

_TRAIN, _DEV = 8, 9  # of ten parts eight are to train on, the next to choose on, the last to test on


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRow:
    """One decided text: what it says, what was decided, and on what that rests. No name of the staff.

    A label is `1`, `0`, or empty where the decision is silent on it; see `evenhand.policy.labels_said`.

    Attributes:
        id: The item's id.
        source: Where that is unique.
        split: `train`, `dev` or `test`, by the text alone; see `split_of`.
        text: What was posted, to the letter.
        language: As the item states it; empty where it does not, or where the history has expired.
        label_hateful: Whether it attacks people for what they are.
        label_threat: Whether it threatens somebody.
        label_abusive: Whether it is abusive.
        label_type: `threat` where it is one, `none` where the decision denies that it is hateful or a threat.
        target_group: As the item's column of this name states it; empty where it does not.
        functionality: Empty: a decision does not say which.
        case: The case that the decision closed.
        decision: The decision: the last one about the item.
        decided_at: When it was taken.
        clause: The clause that is broken; empty where nothing is.
        action: What was ordered.
        policy: The policy that it rests on; empty where nothing is broken and no rule had spoken.
        policy_version: Its version.
        policy_hash: That version's content hash.
        detectors: Name and version of each detector that had a finding in it, `; ` between them.
        surfaced: Whether a rule brought it to review.
        reported: Whether somebody reported it.
        decisions: How many decisions were taken about the item, this one included.
        overturned: Whether the decision was overturned on appeal. There are no appeals yet: always false.
    """

    id: str
    source: str
    split: str
    text: str
    language: str
    label_hateful: str
    label_threat: str
    label_abusive: str
    label_type: str
    target_group: str
    functionality: str = ""
    case: str
    decision: str
    decided_at: datetime
    clause: str
    action: str
    policy: str
    policy_version: str
    policy_hash: str
    detectors: str
    surfaced: bool
    reported: bool
    decisions: int
    overturned: bool = False


class TrainingSet:
    """The decided items of an installation, as training rows.

    Attributes:
        exported: Rows given so far.
        silent: Of them those whose decision speaks about no label.
        erased: Items left out because their text was erased.
    """

    def __init__(self, app: App) -> None:
        self.exported = self.silent = self.erased = 0
        self._app = app
        self._timeline = timeline_of(app)

    def rows(self) -> Iterator[TrainingRow]:
        """One row for each item, in the order of source and id; holds some hundreds at a time."""
        with self._app.store.reading() as tx:
            for some in decided.last_decisions(tx):
                judged = decided.judged_by(tx, some)
                seqs = [(one.item.seq, one.account_hash) for one in judged.values()]
                stated = self._stated(history.read(tx, self._app.store.history, seqs))
                for taken in some:
                    yield from self._row(taken, judged, stated)

    def _row(
        self, taken: LastDecision, judged: Mapping[CaseId, Judged], stated: Mapping[int, Mapping[str, str]]
    ) -> Iterator[TrainingRow]:
        one = judged.get(taken.case_id)
        if one is None or one.item.text is None:
            self.erased += 1
            return
        said = self._said(taken, one)
        self.exported += 1
        self.silent += not said
        told = stated.get(one.item.seq, {})
        yield TrainingRow(
            id=one.item.id,
            source=one.item.source,
            split=split_of(one.item.text),
            text=one.item.text,
            language=told.get("language", ""),
            label_hateful=_label(said, "hateful"),
            label_threat=_label(said, "threat"),
            label_abusive=_label(said, "abusive"),
            label_type=_type(said),
            target_group=told.get("target_group", ""),
            case=taken.case_id,
            decision=taken.decision_id,
            decided_at=taken.at,
            clause=taken.clause or "",
            action=taken.action,
            policy=taken.policy.policy if taken.policy else "",
            policy_version=taken.policy.version if taken.policy else "",
            policy_hash=taken.policy.content_hash if taken.policy else "",
            detectors="; ".join(f"{name} {version}" for name, version in one.detectors),
            surfaced=one.surfaced,
            reported=one.reported,
            decisions=taken.decisions,
        )

    def _said(self, taken: LastDecision, one: Judged) -> Mapping[str, bool]:
        """What the decision says of the text, by the words of the policy versions that it rests on."""
        if taken.clause is None:
            versions = self._timeline.at(one.item.created_at, now=one.item.scanned_at)
            return labels_said(None, [version.policy for version in versions])
        policy = self._timeline.version(taken.policy.content_hash) if taken.policy else None
        return labels_said(policy.clause(taken.clause)) if policy else {}

    @staticmethod
    def _stated(table: pa.Table | None) -> Mapping[int, Mapping[str, str]]:
        """Per arrival number what the items themselves state: language and target group."""
        if table is None:
            return {}
        rows = table.select(["seq", "language", "extra"]).to_pylist()
        return {
            row["seq"]: {"language": row["language"] or "", "target_group": target_group(row["extra"])}
            for row in rows
        }


def target_group(extra: str | None) -> str:
    """The group that an item's own column `target_group` names; empty without one."""
    columns = msgspec.json.decode(extra) if extra else {}
    return str(columns.get("target_group", ""))


def split_of(text: str) -> str:
    """What a row is for: `train` eight times in ten, `dev` and `test` once each.

    By a hash of the text without case and runs of blanks: the same words, posted again by whomever and
    exported whenever, are never trained on and tested with.
    """
    words = " ".join(text.casefold().split())
    part = int.from_bytes(sha256(words.encode()).digest()[:8]) % 10
    if part < _TRAIN:
        return "train"
    return "dev" if part < _DEV else "test"


def _label(said: Mapping[str, bool], label: str) -> str:
    return str(int(said[label])) if label in said else ""


def _type(said: Mapping[str, bool]) -> str:
    if said.get("threat"):
        return "threat"
    return "none" if said.get("hateful") is False and said.get("threat") is False else ""
