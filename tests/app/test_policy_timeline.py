"""Which version judges: the one in force when an item was posted, recorded once and for good."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from casework import BANKS, DOCUMENT, NOW, Clock, a_policy_folder, an_app, posts, scanned
from evenhand.app import App
from evenhand.app.cases import decide_case, list_cases, show_case
from evenhand.app.keeping import check_store
from evenhand.app.policies import put_in_force, versions_in_force
from evenhand.app.reports import add_report
from evenhand.app.scan import recommendations
from evenhand.app.staff import add_staff, put_setting
from evenhand.errors import BadInput, Refused, RuleError
from evenhand.store import events
from evenhand.vocabulary import Action, ClauseId, ReporterClass, Subject, Verdict

STRICTER = DOCUMENT.replace('version = "1.0"', 'version = "2.0"').replace(
    "terms.degrading >= 1", "terms.degrading >= 1 or terms.rude >= 1"
)
MORE_BANKS = {**BANKS, "rude": "bank: rude\nmeaning: Made for tests.\nlanguage: en\n\nfrimp\n"}
OTHER = DOCUMENT.replace('policy = "conduct"', 'policy = "other"').replace("degrading", "odd")
OTHER_BANKS = {**BANKS, "odd": "bank: odd\nmeaning: Made for tests.\nlanguage: en\n\nwobble\n"}
del OTHER_BANKS["degrading"], OTHER_BANKS["threats"]
OTHER = OTHER[: OTHER.index("## T2")]


def said(app: App, scan: int) -> list[tuple[object, object]]:
    """Item and policy version of everything that the rules said."""
    return [
        (one["id"], one["policy"]["version"])  # type: ignore[index]  # a record as JSON has it
        for one in recommendations(app, scan)
    ]


def test_a_later_version_judges_later_posts_only(tmp_path: Path, policy: Path) -> None:
    clock = Clock(NOW - timedelta(days=10))
    app = an_app(tmp_path, clock=clock)
    put_in_force(app, [policy])
    clock.now = NOW - timedelta(days=5)
    put_in_force(app, [a_policy_folder(tmp_path / "two", STRICTER, MORE_BANKS)])
    clock.now = NOW

    def at(days: float | None) -> str | None:
        return None if days is None else (NOW - timedelta(days=days)).isoformat()

    rows = [
        {**one, "created_at": at(days), "text": text}
        for one, days, text in zip(
            posts("", "", "", "", ""),
            (20, 9, 9, 1, None),
            ("frimp", "frimp", "zorble", "frimp", "frimp"),
            strict=True,
        )
    ]

    summary = scanned(app, rows)

    # p1 is older than any version and p5 has no date: the version at the scan judges both.
    assert said(app, summary.scan) == [("p1", "2.0"), ("p3", "1.0"), ("p4", "2.0"), ("p5", "2.0")]
    assert check_store(app) == []


def test_a_post_is_judged_by_the_term_banks_of_its_version(tmp_path: Path, policy: Path) -> None:
    """A bank is a part of its version: a word that is added later makes no older post a violation."""
    clock = Clock(NOW - timedelta(days=10))
    app = an_app(tmp_path, clock=clock)
    put_in_force(app, [policy])
    clock.now = NOW - timedelta(days=5)
    changed = {**BANKS, "degrading": BANKS["degrading"].replace("zorble", "flurp")}
    second = DOCUMENT.replace('version = "1.0"', 'version = "2.0"')
    put_in_force(app, [a_policy_folder(tmp_path / "two", second, changed)])
    clock.now = NOW
    rows = [
        {**one, "created_at": (NOW - timedelta(days=days)).isoformat(), "text": text}
        for one, days, text in zip(
            posts("", "", "", ""), (9, 9, 1, 1), ("zorble", "flurp", "zorble", "flurp"), strict=True
        )
    ]

    summary = scanned(app, rows)

    assert said(app, summary.scan) == [("p1", "1.0"), ("p4", "2.0")]
    assert check_store(app) == []


def test_a_decision_is_taken_under_the_version_that_judges(tmp_path: Path, policy: Path) -> None:
    clock = Clock(NOW - timedelta(days=10))
    app = an_app(tmp_path, clock=clock)
    add_staff(app, "ana")
    put_setting(app, "complaints-to", "complaints@example.org")
    put_in_force(app, [policy])
    clock.now = NOW
    put_in_force(app, [a_policy_folder(tmp_path / "two", STRICTER, MORE_BANKS)])
    scanned(app, posts("zorble"))
    (case,) = list_cases(app, state=None, queue=None, limit=10)

    verdict = Verdict(clause=ClauseId("T1"), action=Action.LABEL, reason="Degrading.")
    decision, notice = decide_case(app, case.status.id, verdict, by="ana")

    assert decision.policy is not None
    assert decision.policy.version == "1.0"
    assert [one.policy.ref.version for one in show_case(app, case.status.id).versions] == ["1.0"]
    assert "version 1.0, in force from 11 November 2026, 12:00 UTC" in notice.text


def test_an_undated_item_is_judged_by_the_version_at_its_scan(tmp_path: Path, policy: Path) -> None:
    """Not by the one at the report that opens a case about it later, nor at a time that its file names."""
    clock = Clock(NOW - timedelta(days=10))
    app = an_app(tmp_path, clock=clock)
    add_staff(app, "ana")
    put_setting(app, "complaints-to", "complaints@example.org")
    received = (clock.now + timedelta(hours=20)).isoformat()  # a clock that is ahead of ours
    scanned(app, posts("hello", created_at=None, received_at=received), policy)
    clock.now += timedelta(hours=12)
    longer = STRICTER + STRICTER[STRICTER.index("## T2") :].replace("T2", "T3")
    put_in_force(app, [a_policy_folder(tmp_path / "two", longer, MORE_BANKS)])
    clock.now = NOW
    subject = Subject.parse("test/p1")

    with pytest.raises(BadInput, match="has a clause 'T3'"):
        add_report(
            app, subject, reporter_class=ReporterClass.USER, reporter=None, clause="T3", text="It is rude."
        )
    filed = add_report(
        app, subject, reporter_class=ReporterClass.USER, reporter=None, clause="T1", text="It is rude."
    )
    verdict = Verdict(clause=ClauseId("T1"), action=Action.LABEL, reason="Degrading.")
    decision, notice = decide_case(app, filed.case_id, verdict, by="ana")

    assert decision.policy is not None
    assert decision.policy.version == "1.0"
    assert "We do not know when it was posted, so the version in force when we read it" in notice.text


def test_a_version_put_in_force_during_a_scan_judges_nothing_of_it(
    app: App, policy: Path, tmp_path: Path
) -> None:
    """What the rules said, and what a reviewer decides under, is one version."""
    two = a_policy_folder(tmp_path / "two", STRICTER, MORE_BANKS)
    rows = posts(*["zorble"] * 12, created_at=None)

    def replace_policy(_: object) -> None:
        put_in_force(app, [two])

    scanned(app, rows, policy, on_progress=replace_policy, chunk_items=1)

    files = [show_case(app, one.status.id) for one in list_cases(app, state=None, queue=None, limit=20)]
    assert len(files) == 12
    for file in files:
        assert [one.policy.ref for one in file.versions] == [one.policy for one in file.recommendations]


def test_a_version_is_recorded_once_with_its_event(app: App, policy: Path) -> None:
    for _ in range(3):
        put_in_force(app, [policy])
    put_in_force(app, [])

    (stored,) = versions_in_force(app)
    assert (stored.ref.policy, stored.ref.version) == ("conduct", "1.0")
    with app.store.reading() as tx:
        (event,) = events.load(tx, "policy:conduct")
    assert event.groups["facts"]["policy_hash"] == stored.ref.content_hash
    assert check_store(app) == []


def test_two_that_put_a_version_in_force_at_once_record_it_once(
    app: App, policy: Path, tmp_path: Path
) -> None:
    other = an_app(tmp_path, seed=9)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda own: put_in_force(own, [policy]), (app, other)))

    assert len(versions_in_force(app)) == 1
    assert check_store(app) == []


def test_other_words_under_the_same_version_are_refused(app: App, policy: Path, tmp_path: Path) -> None:
    put_in_force(app, [policy])
    reworded = a_policy_folder(tmp_path / "reworded", DOCUMENT.replace("Do not call", "Never call"))

    with pytest.raises(Refused, match=r"policy conduct 1\.0 is in this store with other words") as refused:
        put_in_force(app, [reworded])

    assert "new version" in refused.value.mend
    assert len(versions_in_force(app)) == 1


def test_a_changed_bank_is_other_words_too(app: App, policy: Path, tmp_path: Path) -> None:
    put_in_force(app, [policy])
    banks = {**BANKS, "degrading": BANKS["degrading"] + "zorbling\n"}

    with pytest.raises(Refused, match="with other words"):
        put_in_force(app, [a_policy_folder(tmp_path / "reworded", banks=banks)])


def test_going_back_to_an_older_version_is_recorded_too(app: App, policy: Path, tmp_path: Path) -> None:
    put_in_force(app, [policy])
    put_in_force(app, [a_policy_folder(tmp_path / "two", STRICTER, MORE_BANKS)])
    put_in_force(app, [policy])

    assert [one.ref.version for one in versions_in_force(app)] == ["1.0", "2.0", "1.0"]


def test_a_policy_that_is_not_named_goes_on_with_its_banks(app: App, policy: Path, tmp_path: Path) -> None:
    """Naming one policy neither ends nor blinds another that is in force."""
    other = a_policy_folder(tmp_path / "other", OTHER, OTHER_BANKS)
    put_in_force(app, [policy, other])

    summary = scanned(app, posts("what a zorble", "a wobble", created_at=None), policy)

    assert [(one[0], one[1], one[2]) for one in summary.by_clause] == [
        ("conduct", "T1", 1),
        ("other", "T1", 1),
    ]
    assert summary.unknown == {}


def test_one_policy_in_two_folders_is_refused(app: App, policy: Path, tmp_path: Path) -> None:
    two = a_policy_folder(tmp_path / "two", STRICTER, MORE_BANKS)

    with pytest.raises(BadInput, match="two of the folders hold the policy conduct"):
        put_in_force(app, [policy, two])

    assert versions_in_force(app) == []


def test_a_policy_that_does_not_compile_is_not_recorded(app: App, tmp_path: Path) -> None:
    broken = a_policy_folder(tmp_path / "broken", DOCUMENT.replace("terms.degrading", "terms.degradin"))

    with pytest.raises(RuleError, match=r"terms\.degradin"):
        scanned(app, posts("zorble"), broken)

    assert versions_in_force(app) == []
    with app.store.reading() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM scans").scalar_one() == 0
