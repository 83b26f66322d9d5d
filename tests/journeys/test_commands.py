"""The commands as outsiders rely on them: outputs, exit codes, one-line errors with their mend."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from casework import a_policy_folder
from commands import Run

VERMIN = "Travellers are vermin. You don't house vermin, you call the man."
ROWS = [
    {"id": "1", "text": "The library opens at nine on Saturdays now.", "author": "ada"},
    {"id": "2", "text": VERMIN, "author": "mallory", "created_at": "2026-11-02T10:00:00Z"},
    {"id": "3", "text": "Lost: a grey cat with one white paw, near the bridge.", "author": "bea"},
]


def lines(rows: list[dict[str, str]]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


@pytest.fixture
def scanned(run: Run, tmp_path: Path) -> str:
    """A store with one case in it; gives the case."""
    (tmp_path / "posts.jsonl").write_bytes(lines(ROWS))
    assert run("scan", "posts.jsonl").code == 0
    (case,) = run("cases", "list", "--json").json()
    return str(case["status"]["id"])


def test_detect_prints_one_line_per_item_in_input_order(run: Run) -> None:
    done = run("detect", "-", stdin=lines(ROWS))

    found = [json.loads(line) for line in done.out.splitlines()]
    assert [one["id"] for one in found] == ["1", "2", "3"]
    assert set(found[1]) >= {"id", "scores", "labels", "target_groups", "spans", "detector", "version"}
    assert found[1]["scores"].keys() == {"hateful", "threat", "abusive"}
    assert "hateful" in found[1]["labels"]
    assert found[0]["labels"] == []
    assert done.code == 0


def test_a_score_that_is_unknown_is_left_out_and_named(run: Run) -> None:
    done = run("detect", "-", stdin=lines([{"id": "1", "text": "Доброе утро, соседи", "author": "a"}]))

    (found,) = [json.loads(line) for line in done.out.splitlines()]
    assert found["scores"] == {}
    assert sorted(found["unknown"]) == ["abusive", "hateful", "threat"]


@pytest.mark.parametrize("kind", ["jsonl", "csv", "parquet", "jsonl.gz"])
def test_scan_reads_every_format(run: Run, tmp_path: Path, kind: str) -> None:
    import gzip  # noqa: PLC0415 - only here

    path = tmp_path / f"posts.{kind}"
    rows = [{"id": row["id"], "text": row["text"], "author": row["author"]} for row in ROWS]
    match kind:
        case "jsonl":
            path.write_bytes(lines(rows))
        case "jsonl.gz":
            path.write_bytes(gzip.compress(lines(rows)))
        case "csv":
            path.write_text(
                "id,text,author\n" + "".join(f'{r["id"]},"{r["text"]}",{r["author"]}\n' for r in rows)
            )
        case _:
            pq.write_table(pa.Table.from_pylist(rows), path)

    counts = run("scan", path.name, "--json").json()["progress"]

    assert (counts["read"], counts["accepted"], counts["surfaced"]) == (3, 3, 1)


def test_scanning_again_doubles_nothing(run: Run, scanned: str) -> None:
    again = run("scan", "posts.jsonl", "--json").json()["progress"]

    assert (again["accepted"], again["duplicates"]) == (0, 3)
    assert [one["status"]["id"] for one in run("cases", "list", "--json").json()] == [scanned]
    assert run("store", "check").code == 0


def test_other_content_under_a_taken_id_is_rejected_with_both_shown(
    run: Run, scanned: str, tmp_path: Path
) -> None:
    (tmp_path / "more.jsonl").write_bytes(lines([{"id": "3", "text": "The cat came home!", "author": "bea"}]))

    done = run("scan", "more.jsonl")

    reject = json.loads((tmp_path / "rejects.jsonl").read_text())
    assert "The cat came home!" in reject["reason"]
    assert "Lost: a grey cat" in reject["reason"]
    assert "1 rejected" in done.err
    assert done.code == 0
    assert scanned


def test_output_holds_each_recommendation_with_its_reason(run: Run, tmp_path: Path) -> None:
    (tmp_path / "posts.jsonl").write_bytes(lines(ROWS))

    run("scan", "posts.jsonl", "--output", "out.jsonl")

    found = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert {one["id"] for one in found} == {"2"}
    assert all(one["policy"]["policy"] == "hateful-conduct" and one["terms"] for one in found)


def test_a_person_decides_and_reads_the_notice(run: Run, scanned: str) -> None:
    """From the queue to the statement of reasons, as a reviewer at a terminal."""
    run("staff", "add", "ana")
    run("settings", "set", "complaints-to", "complaints@example.org")
    shown = run("cases", "show", scanned)
    assert VERMIN in shown.out

    decided = run(
        "cases", "decide", scanned, "--as", "ana", "--clause", "H5", "--action", "remove",
        "--reason", "It calls a people vermin."
    )  # fmt: skip

    assert decided.code == 0
    notice = run("notices", "show", scanned).out
    for said in (
        VERMIN,
        "H5",
        "hateful-conduct",
        "version 1.1",
        "was removed",
        "It calls a people vermin.",
        "A machine brought it",
        "not automated",
        "complaints@example.org",
        "Not recorded",
    ):
        assert said in notice
    assert "ana" not in notice.split()


def test_a_notice_cannot_go_out_without_a_place_to_complain(run: Run, scanned: str) -> None:
    run("staff", "add", "ana")

    done = run("cases", "decide", scanned, "--as", "ana", "--no-violation", "--reason", "It is a quotation.")

    assert done.code == 1
    assert "evenhand settings set complaints-to" in done.err
    assert run("cases", "show", scanned, "--json").json()["decision"] is None


def test_an_unknown_name_is_refused_with_the_way_to_add_it(run: Run, scanned: str) -> None:
    done = run("cases", "claim", scanned, "--as", "zoe")

    assert done.code == 2
    assert "evenhand staff add zoe" in done.err


def test_a_decided_case_is_not_decided_again(run: Run, scanned: str) -> None:
    run("staff", "add", "ana")
    run("staff", "add", "bo")
    run("settings", "set", "complaints-to", "complaints@example.org")
    decide = ("cases", "decide", scanned, "--no-violation", "--reason", "It is a quotation.")
    assert run(*decide, "--as", "ana").code == 0

    again = run(*decide, "--as", "bo")

    assert again.code == 1
    assert f"{scanned} was decided by ana" in again.err
    assert f"evenhand cases show {scanned}" in again.err


def test_a_report_about_an_item_that_was_not_surfaced_opens_a_case(run: Run, scanned: str) -> None:
    """The item's full row is fetched from the journal; the reporter is named nowhere."""
    filed = run(
        "reports", "add", "default/3", "--text", "This cat is mine.", "--reporter", "carl", "--json"
    ).json()

    case = run("cases", "show", filed["case_id"], "--json")
    assert case.json()["item"]["text"].startswith("Lost: a grey cat")
    assert "carl" not in case.out
    assert "carl" not in run("reports", "list", "--json").out
    assert filed["case_id"] != scanned


@pytest.mark.parametrize(
    ("arguments", "says", "mend"),
    [
        (("scan", "nowhere.jsonl"), "there is no file nowhere.jsonl", "check the name"),
        (("scan", "bad.csv"), "text", "--column"),
        (("scan", "posts.xlsx"), "posts.xlsx", "rename the file"),
        (("cases", "list", "--store", "sqlite:///none.db"), "there is no store", "evenhand scan"),
        (("cases", "list", "--store", "postgresql://x/y"), "not supported yet", "sqlite:///"),
        (("cases", "show", "c_none"), "there is no case c_none", "evenhand cases list"),
        (("notices", "show", "n_none"), "there is no notice", "evenhand notices list"),
        (("settings", "set", "colour", "blue"), "there is no setting 'colour'", "complaints-to"),
        (("policy", "check", "nowhere"), "nowhere", "policy.md"),
        (("detect", "posts.jsonl", "--detector", "crystal-ball"), "crystal-ball", "text-linear"),
        (("evaluate", "posts.jsonl"), "no row says what it is", "label_hateful"),
        (("scan", "posts.jsonl", "--column", "id"), "KNOWN=NAME", "--column id="),
        (("scan", "posts.jsonl", "--column", "id=a", "--column", "id=b"), "gives id twice", "keep the one"),
        (("settings", "set", "complaints-to", "x"), "expected an address or a page", "complaints@"),
    ],
)
def test_misuse_is_one_line_and_the_mend(
    run: Run, scanned: str, tmp_path: Path, arguments: tuple[str, ...], says: str, mend: str
) -> None:
    assert scanned
    (tmp_path / "bad.csv").write_text("id,txet\n1,hello\n")
    (tmp_path / "posts.xlsx").write_bytes(b"PK")

    done = run(*arguments)

    assert done.code == 2
    assert "Traceback" not in done.err
    assert says in done.err
    assert mend in done.err


def test_a_policy_that_does_not_compile_is_shown_where(run: Run, tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "policy.md").write_text(
        '# P\n\n```settings\npolicy = "p"\nversion = "1"\nlanguage = "en"\n```\n\n## A1 Clause\n\nProse.\n\n'
        '```clause\nseverity = 3\nactions = ["label"]\nautomation = "review-only"\n```\n\n'
        '```rule A1.x\nwhen text.hatful >= 0.5\nthen review in "q" priority 1\n```\n'
    )

    done = run("policy", "check", "p")

    assert done.code == 2
    assert "policy.md:20:6" in done.err
    assert "text.hateful" in done.err
    assert "^" in done.err


def test_a_text_cannot_repaint_the_terminal(run: Run, tmp_path: Path) -> None:
    """Escape sequences and bidi controls of a post are not printed by any view."""
    evil = "what a zorble \x1b[2J\x1b]0;owned\x07 \u202e hidden"
    policy = a_policy_folder(tmp_path / "conduct")
    run("scan", "-", "--policy", str(policy), stdin=lines([{"id": "1", "text": evil, "author": "x"}]))
    (case,) = run("cases", "list", "--json").json()

    for view in (("cases", "list"), ("cases", "show", case["status"]["id"])):
        assert not {"\x1b", "\x07", "\u202e"} & set(run(*view).out)


def test_the_demo_runs_twice(run: Run) -> None:
    """At least 2,000 posts are surfaced from; a second run doubles nothing and keeps its decisions."""
    first = run("demo", "--workers", "1")
    again = run("demo", "--workers", "1")

    assert first.code == again.code == 0
    assert "2,600 posts of ten days read, 0 of them known" in first.out
    assert "2,600 of them known" in again.out
    assert "cases decide" in first.out
