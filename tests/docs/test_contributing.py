"""The detector that CONTRIBUTING shows keeps the contract, and comes in by its entry point."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from doc_sessions import blocks

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The page's files, installed: modules, and the metadata that its entry point would have."""
    for _, code in blocks(PAGE, "python"):
        name = code.splitlines()[0].removeprefix("# ")
        (tmp_path / name).write_text(code, encoding="utf-8")
    (declared,) = (tomllib.loads(text) for _, text in blocks(PAGE, "toml"))
    points = declared["project"]["entry-points"]["evenhand.detectors"]
    lines = [f"{name} = {target}\n" for name, target in points.items()]
    metadata = tmp_path / "shouting-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: shouting\nVersion: 1\n", encoding="utf-8"
    )
    (metadata / "entry_points.txt").write_text("[evenhand.detectors]\n" + "".join(lines), encoding="utf-8")
    return tmp_path


def run(package: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    """Run a command where the package is installed."""
    paths = [package, ROOT / "tests", ROOT / "tests/contracts"]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(map(str, paths))}
    return subprocess.run(
        [sys.executable, *command], cwd=package, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_the_example_detector_keeps_the_contract(package: Path) -> None:
    done = run(package, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_shouting.py")

    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout


def test_the_example_detector_comes_in_by_its_entry_point(package: Path) -> None:
    (package / "posts.jsonl").write_text('{"id": "1", "text": "STOP IT"}\n', encoding="utf-8")
    program = str(Path(sys.executable).with_name("evenhand"))

    done = run(package, program, "detect", "posts.jsonl", "--detector", "shouting")

    assert done.stderr == ""
    assert '"scores":{"shouting":1.0}' in done.stdout
    assert '"labels":["shouting"]' in done.stdout
