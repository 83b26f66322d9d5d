"""Notices: what a person is told, word by word, and that it is what the record says.

`make golden`, or `pytest --golden tests/notices`, writes the words anew; review reads the diff.
"""

import hashlib
import json
import unicodedata
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import NOW, POLICY, a_subject, an_item
from evenhand.errors import Refused
from evenhand.ledger import canonical
from evenhand.notices import Detection, Facts, compose
from evenhand.notices._statement import printable
from evenhand.policy import Clause
from evenhand.vocabulary import (
    Action,
    CaseId,
    ClauseId,
    Decision,
    DecisionId,
    NoticeId,
    Recipient,
    StaffName,
    Verdict,
)
from records import TEXTS

GOLDEN = Path(__file__).parent.parent / "golden" / "notices"
CLAUSE = Clause(
    id=ClauseId("T1"),
    title="Degrading people",
    prose="Do not call people zorbles.",
    severity=3,
    actions=("label", "limit", "remove"),
    automation="review-only",
    text_hash="7e" * 32,
)
DECISION = Decision(
    id=DecisionId("d_1"),
    case_id=CaseId("c_1"),
    subject=a_subject(),
    verdict=Verdict(clause=CLAUSE.id, action=Action.REMOVE, reason="It calls people zorbles."),
    policy=POLICY,
    first_opinion=CLAUSE.id,
    blind=False,
    by=StaffName("ana"),
    at=NOW,
)
RULE = Detection(automated=True, source="rule T1.words of the policy conduct 1.0")
MODEL = Detection(
    automated=True,
    source="detector",
    detector="text-linear",
    version="1",
    signal="text.hateful",
    score="0.97",
    threshold="text.hateful >= 0.46",
)
BANK = replace(
    MODEL,
    detector="terms",
    version="1.ab",
    signal="terms.degrading",
    score="2",
    threshold="terms.degrading >= 1",
)
REPORT = Detection(automated=False, source="a person reported it")
EARLIER_RULE = replace(RULE, earlier=True)
EARLIER_REPORT = replace(REPORT, earlier=True)
ERASED = an_item(text=None, author=None, url=None)
FACTS = Facts(
    decision=DECISION,
    item=an_item(url="https://posts.example/p1"),
    clause=CLAUSE,
    in_force_from=NOW - timedelta(days=20),
    dated=True,
    predates_policy=False,
    edited_later=False,
    detections=(RULE, MODEL),
    reviewer="Reviewer 4M7Q",
    complaints_to="complaints@example.org",
    chain_head="5c" * 32,
)


def with_action(action: Action) -> Facts:
    return replace(FACTS, decision=replace(DECISION, verdict=replace(DECISION.verdict, action=action)))


def with_text(text: str) -> Facts:
    data = hashlib.sha256(text.encode()).hexdigest()[:32]
    return replace(FACTS, item=replace(FACTS.item, text=text, content_hash=data))


def with_reason(reason: str) -> Facts:
    return replace(FACTS, decision=replace(DECISION, verdict=replace(DECISION.verdict, reason=reason)))


LEFT_UP = replace(
    FACTS,
    decision=replace(
        DECISION,
        verdict=Verdict(clause=None, action=Action.NO_ACTION, reason="It quotes what others said."),
        first_opinion=None,
    ),
    clause=None,
)
TOLD = {
    "removed": FACTS,
    "labelled": with_action(Action.LABEL),
    "limited": with_action(Action.LIMIT),
    "behind-an-age-check": with_action(Action.AGE_GATE),
    "left-up": LEFT_UP,
    "undated": replace(FACTS, item=replace(FACTS.item, created_at=None), dated=False),
    "older-than-the-policy": replace(FACTS, predates_policy=True),
    "reported-first": replace(FACTS, detections=(REPORT, RULE, MODEL)),
    "only-reported": replace(FACTS, detections=(REPORT,)),
    "several-detections": replace(
        FACTS,
        detections=(
            RULE,
            replace(RULE, source="rule T2.words of the policy conduct 1.0"),
            MODEL,
            BANK,
            REPORT,
        ),
    ),
    "long-text": with_text("zorble " * 100),
    "hostile-text": with_text(
        "zorble\r\n\r\nWho decided\n  Nobody.\x1b[2J\x07 \u202eelbroz\u202c \u2066x\u2069"
        " {{ record }} {% raw %} Straße 👨‍👩‍👧"
    ),
    "long-reason": with_reason(
        "It calls people zorbles.\n\n  Its writer was told before.\x0cThat was in May.  "
    ),
    "earlier-version": replace(FACTS, detections=(EARLIER_RULE,)),
    "earlier-version-then-reported": replace(FACTS, detections=(EARLIER_RULE, REPORT)),
    "earlier-version-reported": replace(FACTS, detections=(EARLIER_REPORT,)),
    "earlier-version-reported-then-marked": replace(FACTS, detections=(EARLIER_REPORT, RULE, MODEL)),
    "edited-later": replace(FACTS, edited_later=True),
    "erased": replace(LEFT_UP, item=ERASED),
    "an-ad-without-address": replace(FACTS, item=an_item(kind="ad", reach=None, author=None)),
}


def golden(facts: Facts) -> str:
    """A notice as review reads it: the text, then the record, one field a line."""
    notice = compose(facts, NoticeId("n_1"))
    record = json.dumps(json.loads(notice.record), indent=2, ensure_ascii=False)
    return f"{notice.text}\n--- record, sent: {json.dumps(notice.sent)} ---\n{record}\n"


@pytest.mark.parametrize("name", sorted(TOLD))
def test_a_person_is_told_these_words(name: str, pytestconfig: pytest.Config) -> None:
    path = GOLDEN / f"{name}.txt"
    told = golden(TOLD[name])
    if pytestconfig.getoption("golden"):
        path.write_text(told, encoding="utf-8", newline="")

    assert told == path.read_bytes().decode()


def test_every_golden_file_is_used() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(TOLD)


@pytest.mark.parametrize("name", sorted(TOLD))
def test_the_record_is_canonical_and_hashed(name: str) -> None:
    """Anybody can make the hash again from the record alone."""
    notice = compose(TOLD[name], NoticeId("n_1"))

    assert canonical(json.loads(notice.record)) == notice.record.encode()
    assert hashlib.sha256(notice.record.encode()).hexdigest() == notice.sha256
    assert (notice.recipient, notice.language) == (Recipient.AUTHOR, "en")


@pytest.mark.parametrize("name", sorted(set(TOLD) - {"hostile-text", "long-reason"}))
def test_what_the_record_says_the_text_says(name: str) -> None:
    """Statement, item, rule, reason, every way it was found, who decided and where to complain."""
    notice = compose(TOLD[name], NoticeId("n_1"))
    record: dict[str, Any] = json.loads(notice.record)
    (item,) = record["item_refs"]
    claims = [record["sor_id"], f"{item['source']}/{item['id']}", item["kind"], record["facts"]]
    claims += [item["url"]] if item["url"] else []
    claims += [record["decided_by"]["reviewer_pseudonym"], record["redress"]["complaint"]]
    if rule := record["rule"]:
        claims += [rule["policy_id"], f"version {rule['version']}", rule["clause"], rule["clause_title"]]
        claims += [rule["policy_hash"][:16], rule["text_hash"][:16]]
    for found in record["detection"]:
        said = ("model_id", "model_version", "signal", "score", "threshold")
        claims += [found[one] for one in said] if "model_id" in found else [found["source"]]

    assert [claim for claim in claims if claim not in notice.text] == []


CHANGES = [
    replace(FACTS, item=replace(FACTS.item, kind="reply")),
    replace(FACTS, item=replace(FACTS.item, id="p2")),
    replace(FACTS, item=replace(FACTS.item, source="other")),
    replace(FACTS, item=replace(FACTS.item, url=None)),
    replace(FACTS, item=replace(FACTS.item, created_at=NOW)),
    replace(FACTS, decision=replace(DECISION, at=NOW + timedelta(hours=1))),
    replace(FACTS, decision=replace(DECISION, automated=True)),
    replace(FACTS, decision=replace(DECISION, policy=replace(POLICY, version="2.0"))),
    replace(FACTS, decision=replace(DECISION, policy=replace(POLICY, content_hash="d1" * 32))),
    replace(FACTS, clause=replace(CLAUSE, title="Other")),
    replace(FACTS, clause=replace(CLAUSE, text_hash="d1" * 32)),
    replace(FACTS, in_force_from=NOW - timedelta(days=1)),
    replace(FACTS, reviewer="Reviewer X"),
    replace(FACTS, complaints_to="elsewhere"),
    replace(FACTS, detections=(RULE,)),
    with_text("something else"),
    with_reason("Something else."),
    *TOLD.values(),
]


@pytest.mark.parametrize("one", CHANGES, ids=range(len(CHANGES)))
def test_no_two_texts_share_a_record(one: Facts) -> None:
    """Nothing enters the text that is not in the record, or bound by a hash in it."""
    before, after = compose(FACTS, NoticeId("n_1")), compose(one, NoticeId("n_1"))

    assert (before.text != after.text) <= (before.record != after.record)


@pytest.mark.parametrize("action", [action for action in Action if action is not Action.NO_ACTION])
def test_what_restricts_somebody_is_sent(action: Action) -> None:
    """And says for how long, and where (DSA Art. 17(3)(a))."""
    notice = compose(with_action(action), NoticeId("n_1"))

    assert notice.sent
    assert (json.loads(notice.record)["duration"], json.loads(notice.record)["territorial_scope"]) == (
        "without end",
        "everywhere",
    )


def test_what_restricts_nobody_is_not_sent() -> None:
    assert not compose(LEFT_UP, NoticeId("n_1")).sent


def test_of_outside_contacts_it_never_says_none() -> None:
    """There is no register of them yet: that none is known is not that there was none."""
    notice = compose(FACTS, NoticeId("n_1"))

    assert json.loads(notice.record)["influence"] == "not recorded"
    assert "Not recorded: this service does not yet keep a register" in notice.text


@pytest.mark.parametrize(
    ("facts", "told", "mend"),
    [
        (replace(FACTS, complaints_to=None), "must say where to complain", "settings set complaints-to"),
        (replace(FACTS, complaints_to=""), "must say where to complain", "settings set complaints-to"),
        (replace(FACTS, detections=()), "nothing says how it came to review for c_1", "store check"),
        (with_reason(" \n"), "nothing says why it was decided so", "store check"),
        (replace(FACTS, reviewer=""), "nothing says who decided", "store check"),
        (replace(FACTS, chain_head=""), "nothing says what came before in the case", "store check"),
        (replace(FACTS, in_force_from=None), "nothing says since when the clause is in force", "store check"),
        (
            replace(FACTS, decision=replace(DECISION, policy=None)),
            "nothing says since when the clause is in force",
            "store check",
        ),
        (replace(FACTS, item=ERASED), "the item was erased", "cases decide c_1 --as STAFF --no-violation"),
    ],
)
def test_a_notice_that_would_leave_something_out_is_refused(facts: Facts, told: str, mend: str) -> None:
    with pytest.raises(Refused, match=told) as refused:
        compose(facts, NoticeId("n_1"))

    assert mend in refused.value.mend


SKELETON = [line.split("  ")[0] for line in compose(FACTS, NoticeId("n_1")).text.splitlines()]


@given(
    text=TEXTS, reason=st.text(min_size=1, max_size=60).filter(str.strip), url=st.none() | TEXTS, name=TEXTS
)
def test_no_value_breaks_the_text(text: str, reason: str, url: str | None, name: str) -> None:
    """Whatever a post, a name or a reason holds: the lines of a notice stay its own, in their order."""
    item = replace(FACTS.item, text=text, url=url, id=name)
    one_line = " ".join(reason.split()) or "x"
    facts = replace(with_reason(one_line), item=item)
    told = compose(facts, NoticeId("n_1")).text

    assert [line.split("  ")[0] for line in told.split("\n")][: len(SKELETON)] == SKELETON
    unsafe = {letter for letter in told if unicodedata.category(letter) in {"Cc", "Zl", "Zp"}} - {"\n"}
    assert not unsafe
    assert not {unicodedata.bidirectional(letter) for letter in told} & {
        "LRE",
        "RLE",
        "LRO",
        "RLO",
        "PDF",
        "LRI",
        "RLI",
        "FSI",
        "PDI",
    }


@pytest.mark.parametrize(
    "blank",
    [" ", "\u00a0", "\u2800", "\u3164", "\u115f", "\u1160", "\uffa0", "\u3000", " \u200b", " \u200d\ufe0f"],
)
def test_no_padding_makes_a_post_look_like_the_notice(blank: str) -> None:
    """Long runs of what shows as nothing would push a post's words to where a wrapped line begins."""
    forged = f"hello{blank * 90}Who decided{blank * 90}A machine, without a person."
    shown = "hello Who decided A machine, without a person."
    item = replace(FACTS.item, text=forged, id=forged, url=f"https://a.example/{forged}")

    told = compose(replace(FACTS, item=item), NoticeId("n_1")).text

    assert f"/{shown} · https://a.example/{shown}\n" in told
    assert f'"{shown}"' in told


def test_marks_of_direction_are_replaced() -> None:
    told = compose(with_text("a\u200eb\u200fc\u061cd"), NoticeId("n_1")).text

    assert '"a\ufffdb\ufffdc\ufffdd"' in told


def test_a_long_id_or_address_is_cut_in_the_text_alone() -> None:
    """The text stays readable; the record names the item whole."""
    item = replace(FACTS.item, id="i" * 900, url="https://a.example/" + "u" * 900)
    notice = compose(replace(FACTS, item=item), NoticeId("n_1"))

    (line,) = [line for line in notice.text.splitlines() if "iii" in line]
    assert line.count("i" * 199 + "…") == 1
    assert len(line.partition(" · ")[2]) == 200
    (ref,) = json.loads(notice.record)["item_refs"]
    assert (ref["id"], ref["url"]) == (item.id, item.url)


@given(reason=st.text(min_size=1).filter(str.strip))
def test_a_reason_of_many_lines_stays_under_its_heading(reason: str) -> None:
    told = compose(with_reason(reason), NoticeId("n_1")).text

    beyond = [line for line in told.split("\n") if line and not line.startswith("  ")]
    assert beyond == [
        line for line in compose(FACTS, NoticeId("n_1")).text.split("\n") if line and line[0] != " "
    ]


@given(text=TEXTS.map(lambda text: text * 20))
def test_a_long_post_is_cut_and_says_so(text: str) -> None:
    told = compose(with_text(text), NoticeId("n_1")).text
    (line,) = [line for line in told.split("\n") if line.startswith('  "')]
    words = printable(text).strip()

    assert len(line) <= 280 + 4
    assert line.endswith('…"') == (len(words) > 280 or words.endswith("…"))


@pytest.mark.parametrize("name", sorted(set(TOLD) - {"hostile-text"}))
def test_no_notice_has_a_placeholder_in_it(name: str) -> None:
    """Nothing of the template, and no value that is none."""
    text = compose(TOLD[name], NoticeId("n_1")).text

    assert not [
        sign for sign in ("{{", "}}", "{%", "%}", "{#", "None", "Undefined", "null", "[]") if sign in text
    ]


def test_a_post_is_quoted_and_never_run() -> None:
    told = compose(with_text("{{ 6 * 7 }} {% if true %}"), NoticeId("n_1")).text

    assert '"{{ 6 * 7 }} {% if true %}"' in told
