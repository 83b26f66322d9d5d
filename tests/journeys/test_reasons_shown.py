"""`evenhand cases show`: all that detectors said, and the nearest decided cases, for people and programs."""

import json
import subprocess
from pathlib import Path

import pytest

import alike
from casework import a_policy_folder, posts
from commands import EVENHAND, Ran, Run

TEXTS = (
    "what a zorble my neighbour here is",
    "what a zorble my brother here is",
    "what a zorble my sister here is \x1b\u202e",
)


@pytest.fixture
def shown(tmp_path: Path) -> Run:
    """The real command with the detector `alike` at work and three open cases, in the order of `TEXTS`."""
    alike.install(tmp_path)
    a_policy_folder(tmp_path / "conduct")
    rows = [json.dumps({**row, "reach": 9 - at}) for at, row in enumerate(posts(*TEXTS))]
    (tmp_path / "posts.jsonl").write_text("\n".join(rows), encoding="utf-8")
    path = f"{tmp_path}:{Path(alike.__file__).parent}"

    def run(*arguments: str) -> Ran:
        done = subprocess.run(
            [str(EVENHAND), *arguments],
            cwd=tmp_path,
            capture_output=True,
            check=False,
            text=True,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PYTHONPATH": path},
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    for arguments in (
        ("settings", "set", "detectors", "alike,terms"),
        ("settings", "set", "complaints-to", "complaints@example.org"),
        ("staff", "add", "ana"),
        ("scan", "posts.jsonl", "--policy", "conduct"),
    ):
        assert run(*arguments).code == 0
    return run


def cases(run: Run) -> list[str]:
    """Every open case, in the order of the queue."""
    return [one["status"]["id"] for one in run("cases", "list", "--json").json()]


def test_all_values_are_on_the_page_and_in_the_json(shown: Run) -> None:
    case, *_ = cases(shown)

    page = shown("cases", "show", case).out

    assert "alike 1+0123456789: hateful 0.97, kind derogation, target zorbles, all else 0\n" in page
    assert "degrading 1, all else 0\n" in page
    assert "Nearest decided cases" not in page
    first, second = shown("cases", "show", case, "--json").json()["readings"]
    assert (first["detector"], first["values"]["text.threat"]) == ("alike", 0.0)
    assert second["values"] == {"terms.degrading": 1.0, "terms.threats": 0.0}


def test_it_is_said_whether_the_nearest_were_decided_alike(shown: Run) -> None:
    """With one there is nothing to compare; with two, and with the case's own decision, there is."""
    first, second, third = cases(shown)
    left = ("--no-violation", "--reason", "It breaks no rule.")
    removed = ("--clause", "T1", "--action", "remove", "--reason", "It calls him a zorble.")

    shown("cases", "decide", first, "--as", "ana", *left)
    page = shown("cases", "show", second).out
    assert "\nNearest decided cases\n" in page
    (line,) = [line for line in page.splitlines() if line.startswith(first)]
    assert line.split()[:2] == [first, "0.86"]
    assert line.endswith("no violation  what a zorble my neighbour here is")
    assert shown("cases", "decide", second, "--as", "ana", *left).code == 0
    assert "\nNearest decided cases: decided alike\n" in shown("cases", "show", second).out
    assert shown("cases", "decide", third, "--as", "ana", *removed).code == 0
    page = shown("cases", "show", first).out
    assert "\nNearest decided cases: not decided alike\n" in page
    assert "\x1b" not in page
    assert "\u202e" not in page
    near = shown("cases", "show", first, "--json").json()["nearest_decided"]
    assert {(one["case_id"], one["clause"]) for one in near} == {(second, None), (third, "T1")}
    assert first not in shown("notices", "show", third).out


def test_detect_names_categories_and_target(shown: Run) -> None:
    first, *_ = shown("detect", "posts.jsonl", "--detector", "alike").out.splitlines()

    record = json.loads(first)

    assert record["target_groups"] == ["zorbles"]
    assert record["categories"] == {"kind": "derogation", "target": "zorbles"}


def test_a_report_is_taken_without_a_working_detector(shown: Run, tmp_path: Path) -> None:
    """Whoever files it gets the receipt; what failed, and the mend, stand on standard error."""
    case, *_ = cases(shown)
    left = ("--no-violation", "--reason", "It breaks no rule.")
    assert shown("cases", "decide", case, "--as", "ana", *left).code == 0
    (tmp_path / "alike-1.dist-info" / "entry_points.txt").write_text("", encoding="utf-8")

    ran = shown("reports", "add", "p1", "--text", "Look again.", "--json")

    assert (ran.code, ran.json()["report_id"][:2]) == (0, "r_")
    assert ran.json()["unread"].startswith("there is no detector 'alike'; installed are ")
    assert ran.err.startswith("The report was taken, but the detectors could not read the item: there is no ")
