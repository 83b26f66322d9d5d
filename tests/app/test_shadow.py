"""A detector in shadow: it runs beside those at work, changes nothing, and is compared first."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import msgspec
import numpy as np
import pytest
from detector import values

from build import a_batch
from casework import DOCUMENT, a_policy_folder, posts, scanned
from evenhand.app import App, _shipped
from evenhand.app._detectors import DetectorSpec
from evenhand.app._shadow import Shadow
from evenhand.app._shipped import ShippedShelf, read_folder, shipped
from evenhand.app.cases import decide_case, list_cases, show_case
from evenhand.app.comparing import Change, ShadowReport
from evenhand.app.detectors import (
    activate_detector,
    list_detectors,
    report_hash,
    report_shadow,
    shadow_detector,
    stop_shadow,
)
from evenhand.app.keeping import check_store, erase_account, seal_history
from evenhand.app.scan import recommendations
from evenhand.app.staff import all_settings, put_setting
from evenhand.detect import Shelf
from evenhand.detect._artefact import open_model, seal_model
from evenhand.errors import BadInput, Outside, Refused, VerificationError
from evenhand.store import events, history
from evenhand.vocabulary import Action, Batch, ClauseId, Column, Columns, Signal, SignalType, Span, Verdict

RULE = DOCUMENT.replace("when terms.degrading >= 1", "when text.rude >= 0.5")
LEAVE = Verdict(clause=None, action=Action.NO_ACTION, reason="It breaks no rule.")
REMOVE = Verdict(clause=ClauseId("T1"), action=Action.REMOVE, reason="It is rude.")
SHELF = ShippedShelf({})
EVER = datetime(2000, 1, 1, tzinfo=UTC)


class Rude:
    """Implements `Detector`: a text is rude if it has a word of a list; unknown where it is empty."""

    def __init__(self, name: str, words: Sequence[str], version: str = "1") -> None:
        self.name, self.version, self._words = name, version, words
        self.fails_at = ""
        self.signals: tuple[Signal, ...] = (
            Signal(name="text.rude", type=SignalType.PROBABILITY, meaning="Made for tests."),
        )
        self.thresholds = MappingProxyType({"text.rude": 0.5})

    def examine(self, batch: Batch) -> Columns:
        if self.fails_at and self.fails_at in batch.folded:
            raise ZeroDivisionError(self.fails_at)
        values = np.array([any(word in text for word in self._words) for text in batch.folded], np.float64)
        return {"text.rude": Column(values, np.array([bool(text) for text in batch.folded], np.bool_))}

    def spans(self, batch: Batch) -> list[tuple[Span, ...]]:
        return [() for _ in range(len(batch))]


def load_old(_: Shelf) -> Rude:
    return Rude("rude-old", ["oaf", "crash"])


def load_new(_: Shelf) -> Rude:
    new = Rude("rude-new", ["oaf", "lout"])
    new.fails_at = "a word that it fails at"
    return new


class Ruder(Rude):
    """Gives a flag and a category besides: it cannot be replaced by one that does not."""

    def __init__(self) -> None:
        super().__init__("rude-more", ["oaf", "lout"])
        self.signals += (
            Signal(name="text.loud", type=SignalType.FLAG, meaning="Made for tests."),
            Signal(name="text.tone", type=SignalType.CATEGORY, meaning="Made for tests."),
        )

    def examine(self, batch: Batch) -> Columns:
        known = np.array([bool(text) for text in batch.folded], np.bool_)
        loud = np.array(["!" in text for text in batch.folded], np.bool_)
        tone = Column(loud.astype(np.int32), known, ("calm", "angry"))
        return {**super().examine(batch), "text.loud": Column(loud, known), "text.tone": tone}


def load_more(_: Shelf) -> Ruder:
    return Ruder()


@pytest.fixture(autouse=True)
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three more detectors are installed."""
    metadata = tmp_path / "site" / "rude-1.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: rude\nVersion: 1\n", encoding="utf-8")
    loaders = {"rude-old": "load_old", "rude-new": "load_new", "rude-more": "load_more"}
    lines = [f"{name} = {__name__}:{loader}\n" for name, loader in loaders.items()]
    (metadata / "entry_points.txt").write_text("[evenhand.detectors]\n" + "".join(lines), encoding="utf-8")
    monkeypatch.syspath_prepend(metadata.parent)


@pytest.fixture
def rude(app: App, tmp_path: Path) -> App:
    """`rude-old` is at work, and the policy's rule reads it."""
    put_setting(app, "detectors", "rude-old,terms")
    scanned(app, [], a_policy_folder(tmp_path / "rude", RULE))
    return app


@pytest.fixture
def linear(app: App) -> App:
    """The linear detector is at work, and a model of its kind can take its place."""
    put_setting(app, "detectors", "text-linear,terms")
    return app


def of(report: ShadowReport, by: str, group: str = "all") -> tuple[int, int, int, int]:
    (found,) = [one for one in (*report.changes, *report.decided) if (one.by, one.group) == (by, group)]
    return found.items, found.both, found.only_active, found.only_shadow


def groups(changes: Sequence[Change], by: str) -> list[str]:
    return [one.group for one in changes if one.by == by]


def happened(app: App) -> list[events.Event]:
    with app.store.reading() as tx:
        return events.load(tx, "settings")


def test_a_shadow_changes_nothing_that_a_scan_does(rude: App) -> None:
    """Same recommendations, findings and cases as without it; only the history has more columns."""
    shadow_detector(rude, "rude-new")

    done = scanned(rude, posts("an oaf", "a lout", "a day"))

    assert (done.progress.surfaced, done.progress.opened) == (1, 1)
    (said,) = recommendations(rude, done.scan)
    (case,) = list_cases(rude, state=None, queue=None, limit=9)
    assert (said["id"], said["rule"]) == ("p1", "T1.words")
    assert {one.detector for one in show_case(rude, case.status.id).findings} == {"rude-old"}
    assert check_store(rude) == []


def test_the_report_says_who_surfaces_what(rude: App) -> None:
    shadow_detector(rude, "rude-new")
    columns = {"language": "en", "target_group": "louts"}
    scanned(rude, posts("an oaf", "a lout", "a lout", "a day", "quimble you", "", **columns))

    report = report_shadow(rude)

    assert (report.recorded, report.replayed, report.left_out) == (6, 0, 0)
    assert (report.shadow.name, [one.name for one in report.replaced]) == ("rude-new", ["rude-old"])
    assert of(report, "all") == (6, 2, 0, 2)
    assert of(report, "clause", "conduct T1") == (6, 1, 0, 2)
    assert of(report, "clause", "conduct T2") == (6, 1, 0, 0)
    assert of(report, "queue", "hate") == (6, 1, 0, 2)
    assert of(report, "language", "en") == (6, 2, 0, 2)
    assert of(report, "source", "test") == (6, 2, 0, 2)
    assert of(report, "target group", "louts") == (6, 2, 0, 2)
    assert of(report, "text.rude at work", "0.9 to 1") == (1, 1, 0, 0)
    assert of(report, "text.rude in shadow", "0.9 to 1") == (3, 1, 0, 2)
    assert of(report, "text.rude in shadow", "unknown") == (1, 0, 0, 0)


def test_shares_have_wilson_intervals(rude: App) -> None:
    """E. B. Wilson 1927: of 4 items 2 are surfaced by those at work; 0.15 to 0.85."""
    scanned(rude, posts("an oaf", "oaf", "lout", "a day"))

    total = report_shadow(rude, "rude-new", since=EVER).changes[0]

    assert total.active is not None
    assert (total.active.value, round(total.active.low, 2), round(total.active.high, 2)) == (0.5, 0.15, 0.85)
    assert total.shadow is not None
    assert total.shadow.value == 0.75


def test_items_scanned_before_are_replayed_when_asked(rude: App) -> None:
    """What scans recorded is not run again; without a date, what they did not see is left out and counted."""
    scanned(rude, posts("an oaf", "a lout"))
    shadow_detector(rude, "rude-new")
    later = [{**post, "id": f"q{place}"} for place, post in enumerate(posts("lout", "oaf", "day"))]
    scanned(rude, later)

    plain, all_of_it = report_shadow(rude), report_shadow(rude, since=EVER)

    assert (plain.recorded, plain.replayed, plain.left_out) == (3, 0, 2)
    assert of(plain, "all") == (3, 1, 0, 1)
    assert (all_of_it.recorded, all_of_it.replayed, all_of_it.left_out) == (3, 2, 0)
    assert of(all_of_it, "all") == (5, 2, 0, 2)
    none = report_shadow(rude, since=rude.clock() + timedelta(days=1))
    assert (none.replayed, none.left_out) == (0, 2)


def test_what_is_recorded_and_what_is_replayed_agree(rude: App) -> None:
    """The same items, run beside in a scan or afterwards, give the same figures."""
    rows = posts("an oaf", "a lout", "a day", "quimble you", "", "LOUT oaf")
    scanned(rude, rows)
    replayed = report_shadow(rude, "rude-new", since=EVER)
    shadow_detector(rude, "rude-new")
    scanned(rude, [{**row, "source": "again"} for row in rows])

    recorded = report_shadow(rude)

    by = ("all", "clause", "queue", "language", "text.rude at work", "text.rude in shadow")
    assert [one for one in recorded.changes if one.by in by] == [
        one for one in replayed.changes if one.by in by
    ]


@pytest.mark.parametrize("seal", [lambda _: None, seal_history], ids=["journal", "sealed"])
def test_a_second_scan_of_the_same_items_doubles_nothing(rude: App, seal: Callable[[App], object]) -> None:
    shadow_detector(rude, "rude-new")
    rows = posts("an oaf", "a lout", "a day")
    scanned(rude, rows[:2], chunk_items=1)
    seal(rude)
    scanned(rude, rows, chunk_items=1)

    assert of(report_shadow(rude), "all") == (3, 1, 0, 1)
    assert check_store(rude) == []


def test_worker_processes_run_it_too(linear: App, policy: Path, tmp_path: Path) -> None:
    """With the shipped kind of model from a folder of one's own, which worker processes can find."""
    folder = a_linear_model(tmp_path / "new")
    scanned(linear, [], policy)
    shadow_detector(linear, f"text-linear@{folder}")

    scanned(linear, posts(*[f"what a zorble {number}" for number in range(40)]), workers=2, chunk_items=4)

    assert report_shadow(linear).recorded == 40


@pytest.mark.parametrize("seal", [lambda _: None, seal_history], ids=["journal", "sealed"])
def test_signals_of_every_type_come_back_as_they_were(rude: App, seal: Callable[[App], object]) -> None:
    """Probabilities, flags and categories, known or not."""
    shadow_detector(rude, "rude-more")
    texts = ["a lout!", "", "an oaf", "day!"]
    scanned(rude, posts(*texts, author="one"))
    seal(rude)
    with rude.store.reading() as tx:
        (rows,) = history.every(tx, rude.store.history)

    shadow = Shadow([load_old(SHELF)], load_more(SHELF))
    active, own = shadow.kept(rows)

    assert all(shadow.ran_in(rows).to_pylist())
    assert values(own) == values(Ruder().examine(a_batch(texts)))
    assert values(active) == values(load_old(SHELF).examine(a_batch(texts)))


def test_an_erased_account_is_gone_from_the_comparison(rude: App) -> None:
    shadow_detector(rude, "rude-new")
    scanned(rude, posts("an oaf", "a lout"))
    erase_account(rude, "a2", source="test", by="ana")

    assert of(report_shadow(rude), "all") == (1, 1, 0, 0)


def test_another_version_of_either_is_another_comparison(linear: App, policy: Path, tmp_path: Path) -> None:
    """What was recorded about an older model says nothing about this one."""
    older, newer = (a_linear_model(tmp_path / version, version) for version in ("2", "3"))
    scanned(linear, [], policy)
    shadow_detector(linear, f"text-linear@{older}")
    scanned(linear, posts("a zorble", "a day"))

    assert report_shadow(linear).recorded == 2
    assert report_shadow(linear, f"text-linear@{newer}").recorded == 0
    activate_detector(linear, f"text-linear@{newer}", by="ana", without_report=True)
    assert (report_shadow(linear).recorded, report_shadow(linear).left_out) == (0, 2)


def test_decided_items_are_compared_whenever_they_were_scanned(rude: App) -> None:
    """Of those upheld and of those not, how many each brings to review."""
    scanned(rude, posts("an oaf", "oaf of the year", "quimble you", "the crash was loud"))
    verdicts = {"p1": REMOVE, "p2": LEAVE, "p3": LEAVE, "p4": REMOVE}
    for one in list_cases(rude, state=None, queue=None, limit=9):
        decide_case(rude, one.status.id, verdicts[one.status.subject.id], by="ana")

    report = report_shadow(rude, "rude-new")

    assert report.items == 0
    assert of(report, "decided", "upheld") == (2, 1, 1, 0)
    assert of(report, "decided", "not upheld") == (2, 2, 0, 0)
    assert report.gone == 0
    erase_account(rude, "a1", source="test", by="ana")
    assert report_shadow(rude, "rude-new").gone == 1


def test_a_report_is_the_same_every_time(rude: App) -> None:
    scanned(rude, posts("an oaf", "a lout", "a day"))
    first = report_shadow(rude, "rude-new", since=EVER)

    assert report_shadow(rude, "rude-new", since=EVER) == first
    seal_history(rude)
    assert report_hash(report_shadow(rude, "rude-new", since=EVER)) == report_hash(first)


def test_a_shadow_that_fails_stops_the_scan_and_says_how_to_go_on(rude: App) -> None:
    """What was accepted before is kept; without the shadow the same scan goes on."""
    shadow_detector(rude, "rude-new")
    rows = posts("fine", "a word that it fails at")

    with pytest.raises(Outside, match="rude-new 1, which runs in shadow, failed") as failed:
        scanned(rude, rows, chunk_items=1)

    assert "evenhand detectors stop" in failed.value.mend
    assert stop_shadow(rude) == "rude-new"
    done = scanned(rude, rows, chunk_items=1)
    assert done.progress.accepted + done.progress.duplicates == 2
    assert check_store(rude) == []


def test_only_what_can_take_a_place_goes_into_shadow(rude: App) -> None:
    """Not what is at work already, not a second one, and nothing that would take a signal away."""
    with pytest.raises(BadInput, match="there is no detector 'ruder'"):
        shadow_detector(rude, "ruder")
    with pytest.raises(BadInput, match="rude-old 1 is at work already"):
        shadow_detector(rude, "rude-old")
    with pytest.raises(BadInput, match="read nothing of"):
        shadow_detector(rude, f"rude-new@{rude.store.history.parent}")
    shadow_detector(rude, "rude-new")
    with pytest.raises(Refused, match="rude-new is in shadow"):
        shadow_detector(rude, "rude-more")
    stop_shadow(rude)
    activate_detector(rude, "rude-more", by="ana", without_report=True)
    with pytest.raises(BadInput, match=r"rude-new 1 gives no text\.loud, which rude-more gives"):
        shadow_detector(rude, "rude-new")


def test_without_a_shadow_there_is_nothing_to_report_or_to_stop(rude: App) -> None:
    for use in (report_shadow, stop_shadow):
        with pytest.raises(Refused, match="no detector is in shadow"):
            use(rude)


def test_a_detector_goes_to_work_by_its_report(rude: App) -> None:
    """In the place of the old one; the event names the report by its hash, and who did it for staff alone."""
    shadow_detector(rude, "rude-new")
    scanned(rude, posts("an oaf", "a lout"))
    report = report_shadow(rude)

    done = activate_detector(rude, "rude-new", by="ana", least=2)

    assert (done.detectors, done.items) == (("rude-new", "terms"), 2)
    assert done.report_sha256 == report_hash(report)
    told = happened(rude)[-2]
    assert told.type == "detectors.activated"
    assert told.groups["facts"] == {
        "name": "detectors",
        "value": "rude-new,terms",
        "detector": "rude-new",
        "version": "1",
        "items": 2,
        "report_sha256": done.report_sha256,
    }
    assert told.groups["internal"]["by"] == "ana"
    assert told.groups["internal"]["report"]["recorded"] == 2
    assert all_settings(rude)["shadow"] == ""
    assert scanned(rude, [{"id": "n", "text": "lout"}]).progress.surfaced == 1
    assert check_store(rude) == []


def test_a_detector_that_nobody_compared_is_refused(rude: App) -> None:
    """Unless somebody says so by name; the event then has no report."""
    scanned(rude, posts("an oaf", "a lout"))
    with pytest.raises(Refused, match="compared on 0 items, expected at least 1,000") as refused:
        activate_detector(rude, "rude-new", by="ana")
    assert "evenhand detectors shadow rude-new" in refused.value.mend
    assert all_settings(rude)["detectors"] == "rude-old,terms"

    done = activate_detector(rude, "rude-new", by="ana", without_report=True)

    assert (done.items, done.report_sha256) == (0, None)
    assert happened(rude)[-1].groups["facts"]["report_sha256"] is None
    with pytest.raises(BadInput, match="'cem' is not in the staff register"):
        activate_detector(rude, "rude-old", by="cem", without_report=True)


def test_items_scanned_before_count_when_they_are_taken_in(rude: App) -> None:
    scanned(rude, posts("an oaf", "a lout"))

    assert activate_detector(rude, "rude-new", by="ana", since=EVER, least=2).items == 2


def a_linear_model(folder: Path, version: str = "2") -> Path:
    """A folder with a model of the linear detector that finds all it can read hateful."""
    files = read_folder(shipped("models") / "text-linear")
    model = open_model(files["manifest.json"], files["weights.bin"])
    manifest = msgspec.structs.replace(model.manifest, version=version)
    sealed = seal_model(replace(model, manifest=manifest, steps=model.steps - 100))
    folder.mkdir()
    for name, data in zip(("manifest.json", "weights.bin"), sealed, strict=True):
        (folder / name).write_bytes(data)
    return folder


def test_a_model_of_ones_own_goes_the_whole_way(linear: App, policy: Path, tmp_path: Path) -> None:
    """The same detector, made from another folder: compared, put to work, and named in what it finds."""
    folder = a_linear_model(tmp_path / "new")
    scanned(linear, posts("what a zorble", "a day"), policy)
    spec = f"text-linear@{folder}"
    before = {one.spec: one.state for one in list_detectors(linear)}

    new = activate_detector(linear, spec, by="ana", since=EVER, least=1)

    assert before["text-linear"] == "at work"
    (own, *_) = list_detectors(linear)
    assert (own.spec, own.state) == (f"{spec}#{new.detector.version}", "at work")
    scanned(linear, [{"id": "n", "text": "what a zorble, you"}])
    (case,) = [
        one for one in list_cases(linear, state=None, queue=None, limit=9) if one.status.subject.id == "n"
    ]
    seen = show_case(linear, case.status.id).findings
    assert new.detector.version in {one.version for one in seen if one.detector == "text-linear"}
    assert check_store(linear) == []


def test_a_model_that_changed_in_its_place_is_refused(linear: App, policy: Path, tmp_path: Path) -> None:
    """Nothing unseen goes to work by copying files over those that were looked at."""
    folder = a_linear_model(tmp_path / "new")
    activate_detector(linear, f"text-linear@{folder}", by="ana", without_report=True)
    other, _ = a_linear_model(tmp_path / "other", "3"), scanned(linear, [], policy)
    for file in other.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())

    with pytest.raises(Refused, match="as recorded"):
        scanned(linear, posts("what a zorble"))


def test_settings_take_a_model_of_ones_own_only_once_it_is_at_work(linear: App, tmp_path: Path) -> None:
    spec = f"text-linear@{a_linear_model(tmp_path / 'new')}"
    with pytest.raises(Refused, match="is a model of your own that is not at work") as refused:
        put_setting(linear, "detectors", f"{spec},terms")
    assert refused.value.mend.startswith("evenhand detectors activate text-linear@")

    activate_detector(linear, spec, by="ana", without_report=True)
    (own, terms) = all_settings(linear)["detectors"].split(",")
    put_setting(linear, "detectors", f"{terms}, {own}")
    done = activate_detector(linear, "text-linear", by="ana", without_report=True)

    assert done.detectors == ("terms", "text-linear")


@pytest.mark.parametrize("spec", ["text-linear@", "text-linear@a,b", "text-linear@a@b", "text-linear@#1"])
def test_a_folder_that_no_list_can_hold_is_refused(spec: str) -> None:
    with pytest.raises(BadInput, match="cannot be named as the folder of a model"):
        DetectorSpec.parse(spec)


def test_a_folder_below_one_that_no_list_can_hold_is_refused(linear: App, tmp_path: Path) -> None:
    """It is written down from the root: what was named from within must be found again from anywhere."""
    (tmp_path / "a#b").mkdir()
    folder = a_linear_model(tmp_path / "a#b" / "new")
    (tmp_path / "link").symlink_to(folder)

    with pytest.raises(BadInput, match="cannot be named as the folder"):
        shadow_detector(linear, f"text-linear@{tmp_path / 'link'}")


def test_a_spec_reads_as_it_is_written() -> None:
    for spec in (
        "terms",
        "text-cascade:pass-below=0.01",
        "text-linear@/srv/new",
        "text-linear:a@/srv/new#1+0f3c",
    ):
        assert str(DetectorSpec.parse(spec)) == spec


def test_wishes_that_a_detector_does_not_read_are_refused(app: App) -> None:
    """Whoever writes a bound behind a name that knows no bounds learns it at once, not from the scores."""
    with pytest.raises(BadInput, match="detector text-linear has no options") as refused:
        put_setting(app, "detectors", "text-linear:pass-below=0.01,terms")

    assert refused.value.mend == "leave out what stands behind the colon: text-linear"


def test_a_folder_that_is_not_there_or_holds_a_damaged_model_is_refused(app: App, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is no folder"):
        shadow_detector(app, f"text-linear@{tmp_path / 'nowhere'}")
    with pytest.raises(BadInput, match="there is no folder"):
        shadow_detector(app, f"text-linear@{'n' * 5000}")
    folder = a_linear_model(tmp_path / "cut")
    weights = folder / "weights.bin"
    weights.write_bytes(weights.read_bytes()[:-1])
    with pytest.raises(VerificationError, match="bytes, expected"):
        shadow_detector(app, f"text-linear@{folder}")
    assert all_settings(app).get("shadow", "") == ""


def test_the_list_says_which_cannot_be_loaded(linear: App, tmp_path: Path) -> None:
    folder = a_linear_model(tmp_path / "new")
    shadow_detector(linear, f"text-linear@{folder}")
    (folder / "weights.bin").unlink()

    found = {one.state: one for one in list_detectors(linear)}

    assert found["in shadow"].version == ""
    assert found["in shadow"].fault


def test_of_a_folder_only_the_model_is_read(
    linear: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever names a folder that holds much else waits for none of it, and one too large is told so."""
    folder = a_linear_model(tmp_path / "new")
    below = folder / "data"
    below.mkdir()
    (below / "posts.csv").write_bytes(b"x" * 1000)
    size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
    monkeypatch.setattr(_shipped, "MODEL_LIMIT", size)
    shadow_detector(linear, f"text-linear@{folder}")

    monkeypatch.setattr(_shipped, "MODEL_LIMIT", size - 1)
    with pytest.raises(BadInput, match="together") as refused:
        shadow_detector(linear, f"text-linear@{folder}")

    assert refused.value.mend == "name the folder that holds the model and nothing else"
