"""Nothing that came in can repaint a terminal, in any field, through any command."""

import json
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework import DOCUMENT, a_policy_folder
from commands import Ran, Run
from evenhand.shell.cli._main import _exit_code

EVIL = "\x1b[2J\x1b]0;owned\x07\r\x7f\x9b31m\u202e\u2066\u200b\u2028\U000e0041[red]x[/]"
WRITTEN = "\\u001b[2J\\u202e"  # as TOML writes them
NO_SLASH = EVIL.replace("/", "")  # a source holds none


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """The command in this process: there are many to look at, and a new process each takes a second."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EVENHAND_STORE", "sqlite:///evenhand.db")

    def run_here(*arguments: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["evenhand", *arguments])
        capfd.readouterr()
        code = _exit_code()
        printed = capfd.readouterr()
        return Ran(code, printed.out, printed.err)

    return run_here


def smuggled(printed: str) -> list[str]:
    """Characters of what was printed that a terminal could act on."""
    unsafe = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    return sorted({repr(one) for one in printed if one != "\n" and unicodedata.category(one) in unsafe})


def check(done: Ran) -> Ran:
    assert smuggled(done.out) == []
    assert smuggled(done.err) == []
    assert "Traceback" not in done.err
    return done


@pytest.fixture
def evil_rows(tmp_path: Path) -> Path:
    """Posts with control characters in every field that takes any text, and rows rejected for them."""
    fields = ("author", "url", "thread", "reply_to", "visibility")
    everywhere = {name: f"{name}{EVIL}" for name in fields} | {"source": f"source{NO_SLASH}"}
    rows = [
        {
            "id": f"1{EVIL}",
            "text": f"what a zorble you are {EVIL}",
            "mentions": [EVIL],
            "extra column": EVIL,
            **everywhere,
        },
        {"id": f"7{EVIL}", "text": "hello", "language": f"en{EVIL}", "source": f"a/b{EVIL}"},
        {"id": f"2{EVIL}", "text": f"Good morning {EVIL}", "kind": f"post{EVIL}"},
        {"id": f"3{EVIL}", "text": f"Good morning {EVIL}", "created_at": EVIL},
        {"id": "4", "text": f"Hello \ud800 {EVIL}"},
        {
            "id": f"5{EVIL}",
            "text": f"what a zorble {EVIL}",
            "label_hateful": "1",
            "functionality": f"F{EVIL}",
        },
        {"id": f"6{EVIL}", "text": "hello", "label_hateful": "0", "target_group": f"G{EVIL}"},
    ]
    path = tmp_path / "evil.jsonl"
    path.write_bytes(b"".join(json.dumps(row).encode() + b"\n" for row in rows))
    return path


def case_commands(run: Run) -> Iterator[tuple[str, ...]]:
    """Every command that shows something of a case, with the case decided on the way."""
    for found in run("cases", "list", "--json").json():
        case = str(found["status"]["id"])
        yield ("cases", "show", case)
        yield ("cases", "show", case, "--json")
        yield ("cases", "claim", case, "--as", "ana")
        yield ("cases", "claim", case, "--as", "ana", "--json")
        yield ("cases", "release", case, "--as", "ana", "--json")
        decide = ("cases", "decide", case, "--as", "ana")
        yield (*decide, "--clause", EVIL, "--action", "remove", "--reason", "It is not.")
        yield (*decide, "--no-violation", "--reason", f"It is fine. {EVIL}")
        yield ("cases", "show", case)
        yield ("notices", "show", case)
        yield ("notices", "show", case, "--json")


def test_no_field_reaches_a_terminal_as_it_came(run: Run, evil_rows: Path, tmp_path: Path) -> None:
    """Ids, authors, sources, kinds, addresses, report texts, reasons, staff: printed, never obeyed."""
    run("staff", "add", "ana")
    run("settings", "set", "complaints-to", "complaints@example.org")
    policy = a_policy_folder(tmp_path / "conduct", DOCUMENT.replace("call people", f"call {EVIL} people"))
    check(run("scan", evil_rows.name, "--policy", str(policy), "--output", "said.jsonl"))
    check(run("scan", evil_rows.name, "--source", f"other{NO_SLASH}", "--json"))
    for name in ("said.jsonl", "rejects.jsonl", "rejects.1.jsonl"):
        written = (tmp_path / name).read_bytes().decode()
        assert smuggled(written) == []
        assert [json.loads(line) for line in written.splitlines()]
    check(run("reports", "add", f"default/6{EVIL}", "--text", f"It shouts {EVIL}", "--reporter", EVIL))

    everything = [
        ("cases", "list"),
        ("cases", "list", "--json"),
        ("cases", "list", "--queue", EVIL),
        *case_commands(run),
        ("reports", "list"),
        ("reports", "list", "--json"),
        ("reports", "add", EVIL, "--text", "x"),
        ("reports", "add", f"default/6{EVIL}", "--text", "x", "--clause", EVIL),
        ("notices", "list"),
        ("notices", "list", "--json"),
        ("staff", "add", EVIL),
        ("staff", "list", "--json"),
        ("settings", "set", "complaints-to", EVIL),
        ("settings", "set", EVIL, "x"),
        ("settings", "set", "complaints-to", f"here@{EVIL[-9:]}"),
        ("settings", "list"),
        ("settings", "list", "--json"),
        ("policy", "show", "conduct"),
        ("policy", "show", "conduct", "--document"),
        ("policy", "show", "conduct", "--json"),
        ("policy", "list"),
        ("history", "list"),
        ("history", "seal", "--json"),
        ("detect", evil_rows.name),
        ("evaluate", evil_rows.name),
        ("evaluate", evil_rows.name, "--json"),
        ("accounts", "erase", f"author{EVIL}", "--source", f"source{NO_SLASH}", "--as", "ana"),
        ("accounts", "erase", f"author{EVIL}", "--source", EVIL, "--as", EVIL),
        ("cases", "list", EVIL),
        (EVIL,),
        ("scan", EVIL),
        ("store", "check"),
    ]
    for arguments in everything:
        check(run(*arguments))


def test_json_says_every_character_by_its_number(run: Run, evil_rows: Path, tmp_path: Path) -> None:
    """Escaped, not left out: programs read what came in."""
    run("scan", evil_rows.name, "--policy", str(a_policy_folder(tmp_path / "conduct")))

    found = run("cases", "list", "--json")

    assert "\\u001b[2J" in found.out
    assert "\\u009b31m\\u202e" in found.out
    assert "\\udb40\\udc41" in found.out
    assert f"1{EVIL}" in {one["item"]["id"] for one in found.json()}


def test_markup_in_a_name_is_printed_as_it_is(run: Run, evil_rows: Path, tmp_path: Path) -> None:
    """Brackets are not a colour, and no reason to stop."""
    run("scan", evil_rows.name, "--policy", str(a_policy_folder(tmp_path / "conduct")))
    case, *_ = run("cases", "list", "--json").json()

    assert "[red]x[/]" in run("cases", "show", case["status"]["id"]).out


def test_a_policy_cannot_repaint_a_terminal(run: Run, tmp_path: Path) -> None:
    """Nor can the name of a queue, a clause or a rule."""
    for number, (before, after) in enumerate(
        [
            ('"hate"', f'"hate{WRITTEN}"'),
            ("T1 Degrading", f"T1 Degrading {EVIL}"),
            ("T1.words", f"T1.words{EVIL}"),
            ('"1.0"', f'"1.0{WRITTEN}"'),
            ('"conduct"', f'"conduct{WRITTEN}"'),
        ]
    ):
        document = DOCUMENT.replace(before, after)
        a_policy_folder(tmp_path / "conduct", document)
        (tmp_path / "posts.jsonl").write_text('{"id": "1", "text": "what a zorble"}\n', encoding="utf-8")
        url = f"sqlite:///{number}.db"
        for arguments in (
            ("policy", "check", "conduct"),
            ("policy", "show", "conduct"),
            ("scan", "posts.jsonl", "--policy", "conduct", "--store", url),
            ("cases", "list", "--store", url),
            ("policy", "list", "--store", url),
        ):
            check(run(*arguments))
