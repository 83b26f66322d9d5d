"""Policy folders come from whoever wrote them: no links, nothing special, and not more than fits."""

import os
from pathlib import Path

import pytest

from evenhand.app._shipped import read_policy_folder
from evenhand.errors import BadInput


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "conduct"
    (made / "terms").mkdir(parents=True)
    (made / "policy.md").write_text("# Conduct")
    return made


def test_a_folder_is_read_whole(folder: Path) -> None:
    """Files by their path within it, without those whose names begin with a dot."""
    (folder / "terms" / "x.txt").write_text("x")
    (folder / ".swp").write_text("y")

    assert read_policy_folder(folder) == {"policy.md": b"# Conduct", "terms/x.txt": b"x"}


@pytest.mark.parametrize("target", ["/etc/passwd", "../../elsewhere", "../policy.md", "/nowhere"])
def test_a_link_is_refused_wherever_it_leads(folder: Path, target: str) -> None:
    (folder / "terms" / "x.txt").symlink_to(target)

    with pytest.raises(BadInput, match=r"terms/x.txt in .* is a link") as refused:
        read_policy_folder(folder)

    assert "copy" in refused.value.mend


def test_a_linked_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (folder / "more").symlink_to(tmp_path / "elsewhere", target_is_directory=True)

    with pytest.raises(BadInput, match="is a link"):
        read_policy_folder(folder)


def test_a_pipe_is_refused_and_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "terms" / "x.txt")

    with pytest.raises(BadInput, match="no regular file"):
        read_policy_folder(folder)


def test_a_file_over_the_limit_is_refused_before_it_is_read(folder: Path) -> None:
    """One of a terabyte, mostly holes, costs no more than one of a megabyte."""
    with (folder / "terms" / "x.txt").open("wb") as stream:
        stream.truncate(1 << 40)

    with pytest.raises(BadInput, match=r"terms/x.txt in .* is over 1048576 bytes"):
        read_policy_folder(folder)


def test_a_folder_over_the_limit_is_refused(folder: Path) -> None:
    """Eight files of a megabyte are read; a little more is not."""
    (folder / "policy.md").unlink()
    for number in range(8):
        (folder / "terms" / f"{number}.txt").write_bytes(b"x" * (1 << 20))
    assert len(read_policy_folder(folder)) == 8
    (folder / "terms" / "more.txt").write_bytes(b"x")

    with pytest.raises(BadInput, match=r"over 8388608 bytes \(8 MiB\) together"):
        read_policy_folder(folder)
