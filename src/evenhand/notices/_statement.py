"""Composing a notice (DSA Art. 17).

One record of facts gives both forms: the canonical JSON that is hashed and kept, and the plain text that the
person reads. Nothing enters the text that is not in the record; a field without a value refuses the notice.
"""

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from importlib import resources

import jinja2

from evenhand.enforcement import RESTRICTING
from evenhand.errors import Refused
from evenhand.ledger import canonical
from evenhand.policy import Clause
from evenhand.vocabulary import Action, Decision, Notice, NoticeId, PostedItem, Recipient

NOT_RECORDED = "not recorded"
"""What a notice says of outside contacts while this installation keeps no register of them; never "none"."""

EXCERPT_CHARACTERS = 280

NAME_CHARACTERS = 200
"""How much of an id, a source or an address the text shows; the record holds all of it."""

# What shows as nothing: white space, control characters, and letters and symbols that are drawn empty.
_BLANK = "\\s\x00-\x1f\x7f-\x9f\u115f\u1160\u2800\u3164\uffa0"
_INVISIBLE = (
    "\u00ad\u034f\u17b4\u17b5\u180b-\u180f\u200b-\u200d"
    "\u2060-\u2064\u206a-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff"
)
_BLANKS = re.compile(f"[{_BLANK}][{_BLANK}{_INVISIBLE}]*")
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

_ACTION_WORDS = {
    Action.NO_ACTION: "left as it is",
    Action.LABEL: "given a label that tells readers about this decision",
    Action.LIMIT: "limited: it is no longer recommended or shown in search",
    Action.AGE_GATE: "put behind an age check",
    Action.REMOVE: "removed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """How the item came to review, the foremost way first.

    Attributes:
        automated: True where a rule or model surfaced it; False where somebody reported it.
        source: `rule H2.model of policy hateful-conduct 1.0`, or the class of the reporter.
        detector: The detector's name, where one spoke.
        version: Its version.
        signal: What it measured.
        score: Its value, as text.
        threshold: The condition that a rule held it against, and that it met: `text.hateful >= 0.4`.
        earlier: Whether it is about an earlier revision than the one decided on.
    """

    automated: bool
    source: str
    detector: str | None = None
    version: str | None = None
    signal: str | None = None
    score: str | None = None
    threshold: str | None = None
    earlier: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that a notice may say.

    Attributes:
        decision: Who chose what, when.
        item: What it was about.
        clause: The clause broken; None where nothing is.
        in_force_from: Since when the policy version is in force.
        dated: Whether the item says when it was posted; if not, the version at its arrival was applied.
        predates_policy: Whether the item is older than the first version, so that a later one was applied.
        edited_later: Whether a later revision came in than the one decided on, which is no longer kept.
        detections: How it came to review; never empty.
        reviewer: The pseudonym of whoever decided.
        complaints_to: Where to complain: an address or a page.
        chain_head: Hash of the case's last event before the decision.
    """

    decision: Decision
    item: PostedItem
    clause: Clause | None
    in_force_from: datetime | None
    dated: bool
    predates_policy: bool
    edited_later: bool
    detections: tuple[Detection, ...]
    reviewer: str
    complaints_to: str | None
    chain_head: str


def compose(facts: Facts, notice_id: NoticeId) -> Notice:
    """The notice to the author of the item decided upon.

    Raises:
        Refused: A fact that the law or our own rules require is missing.
    """
    _check(facts)
    record = _record(facts, notice_id)
    data = canonical(record)
    return Notice(
        id=notice_id,
        decision_id=facts.decision.id,
        recipient=Recipient.AUTHOR,
        language="en",
        text=_render(facts, record),
        record=data.decode(),
        sha256=hashlib.sha256(data).hexdigest(),
        sent=facts.decision.verdict.action in RESTRICTING,
    )


def _check(facts: Facts) -> None:
    if not facts.complaints_to:
        raise Refused(
            "no notice can go out: it must say where to complain, and no place is set",
            mend="evenhand settings set complaints-to ADDRESS",
        )
    if facts.item.text is None and facts.decision.verdict != replace(
        facts.decision.verdict, clause=None, action=Action.NO_ACTION
    ):
        raise Refused(
            "no notice can go out: the item was erased, and nothing can be ordered about it any more",
            mend=f"evenhand cases decide {facts.decision.case_id} --as STAFF --no-violation --reason WHY",
        )
    needed = {
        "how it came to review": facts.detections,
        "why it was decided so": facts.decision.verdict.reason.strip(),
        "who decided": facts.reviewer,
        "what came before in the case": facts.chain_head,
        "since when the clause is in force": not facts.clause
        or (facts.decision.policy and facts.in_force_from),
    }
    for missing in (name for name, value in needed.items() if not value):
        raise Refused(
            f"no notice can go out: nothing says {missing} for {facts.decision.case_id}",
            mend="run `evenhand store check`; a case opens by a finding or a report, and a person decides it",
        )


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _record(facts: Facts, notice_id: NoticeId) -> dict[str, object]:
    """The fields of DSA Art. 17(3) and ours; what is not known yet is said so, never left to be guessed."""
    decision = facts.decision
    return {
        "sor_id": notice_id,
        "case_id": decision.case_id,
        "decision_id": decision.id,
        "issued_at": _stamp(decision.at),
        "effective_at": _stamp(decision.at),
        "language": "en",
        "subject_ref": str(decision.subject),
        "item_refs": [_item_ref(facts)],
        "action": decision.verdict.action.value,
        "duration": "without end" if decision.verdict.action in RESTRICTING else "none",
        "territorial_scope": "everywhere" if decision.verdict.action in RESTRICTING else "none",
        "ground": "terms" if facts.clause else "none",
        "rule": _rule(facts),
        "facts": decision.verdict.reason.strip(),
        "detection": [_detection(detection) for detection in facts.detections],
        "automated_decision": decision.automated,
        "decided_by": {"role": "reviewer", "reviewer_pseudonym": facts.reviewer},
        "influence": NOT_RECORDED,
        "redress": {"complaint": facts.complaints_to},
        "chain_head": facts.chain_head,
    }


def _item_ref(facts: Facts) -> dict[str, object]:
    item = facts.item
    return {
        "id": item.id,
        "source": item.source,
        "kind": item.kind,
        "url": item.url,
        "created_at": _stamp(item.created_at) if item.created_at else None,
        "content_hash": item.content_hash,
        "edited_later": facts.edited_later,
        "erased": item.text is None,
    }


def _rule(facts: Facts) -> dict[str, object] | None:
    policy = facts.decision.policy
    if facts.clause is None or policy is None or facts.in_force_from is None:
        return None
    return {
        "policy_id": policy.policy,
        "version": policy.version,
        "policy_hash": policy.content_hash,
        "clause": facts.clause.id,
        "clause_title": facts.clause.title,
        "text_hash": facts.clause.text_hash,
        "in_force_from": _stamp(facts.in_force_from),
        "item_dated": facts.dated,
        "item_predates_policy": facts.predates_policy,
    }


def _detection(detection: Detection) -> dict[str, object]:
    named = {
        "model_id": detection.detector,
        "model_version": detection.version,
        "signal": detection.signal,
        "score": detection.score,
        "threshold": detection.threshold,
        "earlier_revision": detection.earlier or None,
    }
    return {
        "automated": detection.automated,
        "source": detection.source,
        **{name: value for name, value in named.items() if value is not None},
    }


def printable(value: str) -> str:
    """A value as it may stand in a line of text: nothing in it breaks the line or turns what follows around.

    Every run of what shows as nothing becomes one blank: a long one pushes what follows to where the notice's
    own words stand. The marks, embeddings, overrides and isolates of UAX #9, which a post can use to reverse
    the words of a notice, become U+FFFD.
    """
    return _BLANKS.sub(" ", _TURNING.sub("\ufffd", value))


def _cut(value: str, characters: int) -> str:
    return value if len(value) <= characters else value[: characters - 1] + "…"


def _named(value: str) -> str:
    """An id, a source or an address as the text shows it."""
    return _cut(printable(value).strip(), NAME_CHARACTERS)


@cache
def _template() -> jinja2.Template:
    """The words. `StrictUndefined` refuses a template that says what the record does not."""
    source = resources.files(__package__).joinpath("templates/author.en.txt").read_text(encoding="utf-8")
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - plain text, never HTML
        finalize=lambda value: printable(str(value)),
    )
    environment.filters["named"] = _named
    return environment.from_string(source)


def _excerpt(text: str | None) -> str:
    """The beginning of a post, in quotes; that it was erased, without."""
    if text is None:
        return "(erased)"
    return f'"{_cut(printable(text).strip(), EXCERPT_CHARACTERS)}"'


def _render(facts: Facts, record: dict[str, object]) -> str:
    return _template().render(
        record=record,
        kind=facts.item.kind,
        excerpt=_excerpt(facts.item.text),
        action_words=_ACTION_WORDS[facts.decision.verdict.action],
        clause=facts.clause,
        issued=facts.decision.at.astimezone(UTC),
        posted=facts.item.created_at.astimezone(UTC) if facts.item.created_at else None,
        in_force_from=facts.in_force_from.astimezone(UTC) if facts.in_force_from else None,
    )
