"""`--json`: every command says what it did to programs, too."""

import json
from pathlib import Path

import pytest
import typer

from commands import Run
from evenhand.shell.cli import app

VERMIN = "Travellers are vermin. You don't house vermin, you call the man."


def commands() -> dict[str, set[str]]:
    """Every command with its options."""
    found: dict[str, set[str]] = {}
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]  # a group has them
        below = getattr(command, "commands", {"": command})
        for own, last in below.items():
            found[f"{name} {own}".strip()] = {option for one in last.params for option in one.opts}
    return found


def test_every_command_has_json() -> None:
    """But `detect`, which prints JSON and nothing else."""
    assert [name for name, options in commands().items() if "--json" not in options] == ["detect"]


def test_commands_that_change_something_say_what(run: Run, tmp_path: Path) -> None:
    (tmp_path / "posts.jsonl").write_text(json.dumps({"id": "1", "text": VERMIN}) + "\n", encoding="utf-8")
    run("scan", "posts.jsonl")
    (case,) = run("cases", "list", "--json").json()
    name = case["status"]["id"]

    assert run("staff", "add", "ana", "--json").json()["pseudonym"].startswith("Reviewer ")
    assert run("settings", "set", "history-days", "30", "--json").json() == {"history-days": "30"}
    claimed = run("cases", "claim", name, "--as", "ana", "--json").json()
    assert (claimed["state"], claimed["claimed_by"]) == ("in_review", "ana")
    released = run("cases", "release", name, "--as", "ana", "--json").json()
    assert (released["state"], released["claimed_by"]) == ("open", None)
    assert run("history", "seal", "--json").json() == {"sealed": 1}
    assert run("history", "expire", "--as", "ana", "--json").json() == {"segments": 0, "journal_items": 0}


@pytest.mark.slow
def test_the_demonstration_for_programs(run: Run, tmp_path: Path) -> None:
    done = run("demo", "--json").json()

    assert done["scan"]["progress"]["read"] == 2600
    assert len(done["surfaced"]) == done["scan"]["progress"]["surfaced"]
    assert (tmp_path / "demo" / "evenhand.db").exists()
