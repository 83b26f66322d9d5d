"""Files that commands write: never over what they read, whole, and nothing of an earlier run lost."""

import json
import subprocess
from pathlib import Path

import pytest

from commands import EVENHAND, Run
from evenhand.errors import BadInput, Outside
from evenhand.intake import Reject
from evenhand.shell.cli._files import Draft, RejectsFile

VERMIN = "Travellers are vermin. You don't house vermin, you call the man."
BAD: dict[str, object] = {"id": "9", "text": None}


def lines(*rows: dict[str, object]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


ROWS = lines({"id": "1", "text": VERMIN}, {"id": "2", "text": "The library opens at nine."}, BAD)


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    path = tmp_path / "posts.jsonl"
    path.write_bytes(ROWS)
    return path


def a_reject(reason: str = "text is empty or null") -> Reject:
    return Reject(where="posts.jsonl", line=1, reason=reason, mend="give every item its text", raw="{}")


@pytest.mark.parametrize("command", ["scan", "detect"])
@pytest.mark.parametrize(
    "arguments",
    [
        ("posts.jsonl", "--rejects", "posts.jsonl"),
        ("posts.jsonl", "--rejects", "./folder/../posts.jsonl"),
        ("posts.jsonl", "--rejects", "link.jsonl"),
        ("posts.jsonl", "--rejects", "hard.jsonl"),
        ("posts.jsonl", "--output", "posts.jsonl"),
        ("posts.jsonl", "--output", "link.jsonl"),
        ("rejects.jsonl",),
        ("posts.jsonl", "--output", "new.jsonl", "--rejects", "./new.jsonl"),
        ("posts.jsonl", "--output", "rejects.jsonl"),
    ],
)
def test_a_file_that_is_read_or_written_already_is_not_written_over(
    run: Run, posts: Path, tmp_path: Path, command: str, arguments: tuple[str, ...]
) -> None:
    """Refused before anything is read or written, by whichever of its names it is called."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "link.jsonl").symlink_to(posts)
    (tmp_path / "hard.jsonl").hardlink_to(posts)
    if arguments[0] == "rejects.jsonl":
        posts = posts.rename(tmp_path / "rejects.jsonl")
    before = sorted(tmp_path.iterdir())

    done = run(command, *arguments)

    assert done.code == 2
    assert "is the same file as" in done.err
    assert "name another file with --" in done.err
    assert posts.read_bytes() == ROWS
    after = sorted(path for path in tmp_path.iterdir() if not path.name.startswith("evenhand.db"))
    assert after == before


def test_the_store_is_not_written_over(run: Run, posts: Path) -> None:
    assert run("scan", posts.name).code == 0

    for option in ("--output", "--rejects"):
        done = run("scan", posts.name, option, "evenhand.db")
        assert (done.code, "is the same file as the store" in done.err) == (2, True)
    assert run("store", "check").code == 0


def test_standard_input_from_a_file_is_a_file_that_is_read(posts: Path, tmp_path: Path) -> None:
    """`evenhand detect - --rejects posts.jsonl < posts.jsonl` would empty it."""
    with posts.open("rb") as stdin:
        done = subprocess.run(
            [EVENHAND, "detect", "-", "--rejects", posts.name],
            cwd=tmp_path,
            stdin=stdin,
            capture_output=True,
            check=False,
        )

    assert (done.returncode, posts.read_bytes()) == (2, ROWS)
    assert b"is the same file as -, which is read" in done.stderr


def test_rejects_of_an_earlier_run_are_kept_under_a_number(run: Run, posts: Path, tmp_path: Path) -> None:
    """What stands under the name is of the last run: rejects of its own, or none and then no file."""
    run("scan", posts.name)
    first = (tmp_path / "rejects.jsonl").read_bytes()
    posts.write_bytes(lines({"id": "7", "text": ["no", "text"]}))
    again = run("scan", posts.name)
    second = (tmp_path / "rejects.jsonl").read_bytes()
    posts.write_bytes(lines({"id": "3", "text": "Lost: a grey cat."}))
    clean = run("scan", posts.name)

    assert "what an earlier run rejected is now in rejects.1.jsonl" in again.err
    assert "what an earlier run rejected is now in rejects.2.jsonl" in clean.err
    assert json.loads(first)["line"] == 3
    assert (tmp_path / "rejects.1.jsonl").read_bytes() == first
    assert (tmp_path / "rejects.2.jsonl").read_bytes() == second
    assert not (tmp_path / "rejects.jsonl").exists()
    assert list(tmp_path.glob("*.draft")) == []


def test_an_output_that_cannot_be_written_is_said_before_the_scan(
    run: Run, posts: Path, tmp_path: Path
) -> None:
    done = run("scan", posts.name, "--output", "nowhere/out.jsonl")
    folder = run("scan", posts.name, "--output", ".")

    assert (done.code, folder.code) == (3, 2)
    assert "nowhere/out.jsonl cannot be written: No such file or directory" in done.err
    assert ". is a folder" in folder.err
    assert run("scan", posts.name, "--json").json()["progress"]["accepted"] == 2
    assert list(tmp_path.glob("*.draft")) == []


def test_recommendations_that_could_not_be_written_are_written_by_the_next_run(
    run: Run, posts: Path, tmp_path: Path
) -> None:
    """A full disk at the end of a scan: the same scan goes on, and its output is whole."""
    failed = run("scan", posts.name, "--output", "/dev/full")
    assert failed.code == 3
    assert "/dev/full cannot be written: No space left on device" in failed.err

    again = run("scan", posts.name, "--output", "out.jsonl", "--json").json()

    assert again["progress"]["duplicates"] == 2
    said = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert {one["id"] for one in said} == {"1"}
    named = {(one["id"], one["clause"]) for one in said}  # several rules of one clause may speak
    assert len(named) == sum(items for _, _, items, _ in again["by_clause"])


def test_a_failed_run_leaves_the_older_output_as_it_was(run: Run, posts: Path, tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").write_text("older\n")
    posts.write_bytes(b"\xff\xfe\x00\x00")

    assert run("scan", posts.name, "--output", "out.jsonl").code == 2
    assert (tmp_path / "out.jsonl").read_text() == "older\n"
    assert list(tmp_path.glob("*.draft")) == []


def test_output_goes_where_a_link_points_and_keeps_its_mode(run: Run, posts: Path, tmp_path: Path) -> None:
    real = tmp_path / "real.jsonl"
    real.write_text("older\n")
    real.chmod(0o600)
    (tmp_path / "out.jsonl").symlink_to(real)

    assert run("detect", posts.name, "--output", "out.jsonl").code == 0

    assert (tmp_path / "out.jsonl").is_symlink()
    assert len(real.read_text().splitlines()) == 2
    assert real.stat().st_mode & 0o777 == 0o600


def test_output_to_a_device_is_written_to_it(run: Run, posts: Path) -> None:
    """/dev/stdout is no name to be replaced."""
    done = run("detect", posts.name, "--output", "/dev/stdout", "--rejects", "/dev/stderr")

    assert [json.loads(line)["id"] for line in done.out.splitlines()] == ["1", "2"]
    assert json.loads(done.err)["line"] == 3
    assert Path("/dev/stdout").is_symlink()


def test_rejects_cannot_be_written(run: Run, posts: Path) -> None:
    done = run("scan", posts.name, "--rejects", "/dev/full")

    assert done.code == 3
    assert "/dev/full cannot be written: No space left on device" in done.err
    assert run("scan", posts.name, "--json").json()["progress"]["accepted"] == 2


def test_an_interrupted_run_leaves_its_rejects_whole(tmp_path: Path) -> None:
    path = tmp_path / "rejects.jsonl"

    def interrupted() -> None:
        with RejectsFile(path) as rejects:
            rejects.add([a_reject("one"), a_reject("two")])
            assert not path.exists()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert [json.loads(line)["reason"] for line in path.read_text().splitlines()] == ["one", "two"]


def test_two_runs_at_once_keep_both_their_rejects(tmp_path: Path) -> None:
    path = tmp_path / "rejects.jsonl"

    with RejectsFile(path) as one, RejectsFile(path) as other:
        one.add([a_reject("one")])
        other.add([a_reject("other")])

    assert json.loads(path.read_text())["reason"] == "one"
    assert json.loads((tmp_path / "rejects.1.jsonl").read_text())["reason"] == "other"


def test_a_line_that_was_cut_off_is_not_placed(tmp_path: Path) -> None:
    """What stands under the name is what was settled."""
    path = tmp_path / "out.jsonl"
    with Draft(path) as draft:
        draft.write([b"whole\n"])
        draft.settle()
        draft.write([b"cut o"])
        draft.place()

    assert path.read_bytes() == b"whole\n"


def test_an_error_of_what_is_written_is_not_the_file_s(tmp_path: Path) -> None:
    """A disk that cannot be read is not told as one that cannot be written."""

    def broken() -> list[bytes]:
        raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output error"), Draft(tmp_path / "out.jsonl") as draft:
        draft.write(line for line in broken())
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Outside, match="cannot be written"), Draft(tmp_path / "none" / "out.jsonl"):
        raise AssertionError("it was begun")
    with pytest.raises(BadInput, match="is a folder"), RejectsFile(tmp_path):
        raise AssertionError("it was begun")


def test_a_run_that_is_refused_moves_nothing(run: Run, posts: Path, tmp_path: Path) -> None:
    run("scan", posts.name)
    before = (tmp_path / "rejects.jsonl").read_bytes()
    (tmp_path / "bad.csv").write_text("no,columns\n1,2\n", encoding="utf-8")

    assert run("scan", "bad.csv").code == 2

    assert (tmp_path / "rejects.jsonl").read_bytes() == before
    assert not (tmp_path / "rejects.1.jsonl").exists()
