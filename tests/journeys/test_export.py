"""`evenhand decisions export`: files that `evenhand evaluate` reads, whole, and the same twice."""

import csv
import gzip
import json
from pathlib import Path

import pytest

from commands import Run

POSTS = (
    {"id": "1", "source": "vale", "language": "en", "text": 'Travellers are vermin,\nand "should be" gone.'},
    {"id": "2", "source": "vale", "language": "en", "text": "Travellers are vermin, he said. Shame on him."},
)


@pytest.fixture
def decided(run: Run, tmp_path: Path) -> Run:
    """Two posts reported, one removed and one left."""
    lines = "".join(json.dumps(post) + "\n" for post in POSTS)
    (tmp_path / "posts.jsonl").write_text(lines, encoding="utf-8")
    run("scan", "posts.jsonl")
    run("staff", "add", "ana")
    run("settings", "set", "complaints-to", "complaints@example.org")
    for post in POSTS:
        report = ("--source", "vale", "--reporter", "cem", "--text", "Look at this.")
        run("reports", "add", post["id"], *report)
    cases = {
        one["status"]["subject"]["id"]: one["status"]["id"] for one in run("cases", "list", "--json").json()
    }
    under = ("--clause", "H6", "--action", "remove", "--reason", "A degrading claim.")
    assert run("cases", "decide", cases["1"], "--as", "ana", *under).code == 0
    assert (
        run("cases", "decide", cases["2"], "--as", "ana", "--no-violation", "--reason", "A quote.").code == 0
    )
    return run


def test_both_forms_hold_the_same_rows(decided: Run, tmp_path: Path) -> None:
    """And with .gz, and on standard output; twice the same bytes."""
    for name in ("rows.jsonl", "rows.csv", "rows.jsonl.gz", "rows.csv.gz"):
        assert decided("decisions", "export", "--output", name).code == 0
    printed = decided("decisions", "export", "--output", "-")

    rows = [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text("utf-8").splitlines()]
    with (tmp_path / "rows.csv").open(encoding="utf-8", newline="") as file:
        told = list(csv.DictReader(file))
    assert [row["text"] for row in rows] == [post["text"] for post in POSTS]
    assert [row["label_hateful"] for row in rows] == ["1", "0"]
    shown = [
        {
            name: str(value) if value not in {True, False} else str(value).lower()
            for name, value in row.items()
        }
        for row in rows
    ]
    assert [{**row, "decisions": "1"} for row in shown] == told
    for name in ("rows.jsonl", "rows.csv"):
        assert gzip.decompress((tmp_path / f"{name}.gz").read_bytes()) == (tmp_path / name).read_bytes()
    assert printed.out.encode() == (tmp_path / "rows.jsonl").read_bytes()
    assert printed.err == "2 rows; 0 of them say nothing about any label\n"


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.csv", "rows.csv.gz"])
def test_evaluate_reads_what_was_exported(decided: Run, name: str) -> None:
    decided("decisions", "export", "--output", name)

    done = decided("evaluate", name, "--json")

    assert done.code == 0
    assert done.json()["rows"] == 2


def test_it_says_to_programs_what_it_wrote(decided: Run) -> None:
    done = decided("decisions", "export", "--output", "rows.csv", "--json")

    assert done.json() == {"exported": 2, "silent": 0, "erased": 0}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("rows.parquet", "would be Parquet, which is not written here"),
        ("rows", "does not say its format"),
        ("evenhand.db.jsonl", "is the same file as the store"),
    ],
)
def test_a_file_that_cannot_be_written_is_refused(decided: Run, tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / "evenhand.db.jsonl").symlink_to(tmp_path / "evenhand.db")

    done = decided("decisions", "export", "--output", name)

    assert (done.code, told in done.err) == (2, True)
