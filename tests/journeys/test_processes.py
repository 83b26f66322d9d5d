"""What a process does when it is interrupted, when its reader leaves, and when what it is told is no text."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from commands import EVENHAND, Run

INTERRUPTIBLE = (  # whoever runs the tests may have told its children to ignore Ctrl-C
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler);"
    "from evenhand.shell.cli import main; main()"
)
MANY = b"".join(
    json.dumps({"id": str(n), "text": f"Number {n} of the parade."}).encode() + b"\n" for n in range(9000)
)


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_ctrl_c_ends_in_one_line_and_130(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, "scan", "-", "--store", "sqlite:///evenhand.db"],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    wait_for((tmp_path / "evenhand.db-wal").exists)  # it has begun, and waits for its input
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()

    assert (process.returncode, out) == (130, b"")
    assert err.decode().strip().splitlines() == [
        "Interrupted. What was acknowledged is kept; the same command goes on from there."
    ]


@pytest.mark.parametrize("arguments", [("detect", "many.jsonl"), ("cases", "list", "--json"), ("--help",)])
def test_a_reader_that_has_enough_is_no_error(tmp_path: Path, run: Run, arguments: tuple[str, ...]) -> None:
    """As with `| head -1`: exit code 0, and nothing on standard error."""
    (tmp_path / "many.jsonl").write_bytes(MANY)
    run("settings", "set", "complaints-to", "complaints@example.org")
    process = subprocess.Popen(
        [EVENHAND, *arguments, *(("--store", "sqlite:///evenhand.db") if "cases" in arguments else ())],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    if arguments[0] == "detect":
        assert json.loads(process.stdout.readline())["id"] == "0"
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr:
        err = process.stderr.read()

    assert (process.wait(), err) == (0, b"")


@pytest.mark.parametrize(
    "arguments",
    [
        (b"cases", b"show", b"\xff"),
        (b"scan", b"caf\xe9.jsonl"),
        (b"reports", b"add", b"default/1", b"--text", b"\xed\xa0\x80"),
        (b"\xfe",),
    ],
)
def test_an_argument_that_is_no_text_is_bad_input(tmp_path: Path, arguments: tuple[bytes, ...]) -> None:
    done = subprocess.run([EVENHAND, *arguments], cwd=tmp_path, capture_output=True, check=False)

    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().splitlines()[0].endswith("holds bytes that are not UTF-8, expected text")
    assert len(done.stderr.splitlines()) == 2


@pytest.mark.parametrize(
    ("arguments", "says", "mend"),
    [
        (("scna",), "No such command 'scna'. Did you mean 'scan'?", "see `evenhand --help`"),
        (("scan",), "Missing argument 'FILE...'", "see `evenhand scan --help`"),
        (("scan", "--workers"), "Option '--workers' requires an argument", "see `evenhand --help`"),
        (("cases", "list", "--limit", "0"), "greater than or equal to 1", "see `evenhand cases list --help`"),
        (("cases", "list", "--state", "lost"), "lost", "see `evenhand cases list --help`"),
        (("cases", "show", "--wrong"), "No such option: --wrong", "see `evenhand cases show --help`"),
        (("cases", "show", "a", "b"), "unexpected extra argument", "see `evenhand cases show --help`"),
    ],
)
def test_a_misused_command_is_one_line_and_where_to_look(
    run: Run, arguments: tuple[str, ...], says: str, mend: str
) -> None:
    done = run(*arguments)

    assert (done.code, done.out) == (2, "")
    first, second = done.err.splitlines()
    assert first.startswith("Error: ")
    assert says in first
    assert second.strip() == mend


@pytest.mark.parametrize("group", [(), ("cases",), ("staff",)])
def test_a_group_without_a_command_prints_its_help(run: Run, group: tuple[str, ...]) -> None:
    done = run(*group)

    assert (done.code, done.err) == (2, "")
    assert " ".join(("Usage: evenhand", *group)) in done.out


@pytest.mark.parametrize(
    "days", ["9999999999", "36501", "0", "-1", "1.5", "9" * 5000, "soon", "\u0661\u0668"]
)
def test_a_history_is_kept_for_days_that_a_calendar_has(run: Run, days: str) -> None:
    done = run("settings", "set", "--", "history-days", days)

    assert done.code == 2
    assert "expected a whole number of days from 1 to 36,500" in done.err
    assert run("settings", "set", "history-days", "36500").code == 0
    assert run("history", "list").code == 0
