"""What is installed from a wheel is whole: code, templates, migrations, models, policies and samples."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.slow
def test_a_wheel_holds_everything_that_is_read_at_run_time(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-index", "--no-deps"]
    command += ["--no-build-isolation", "--wheel-dir", str(tmp_path), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)

    (wheel,) = tmp_path.glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())

    shipped = {
        f"evenhand/shipped/{path.relative_to(ROOT).as_posix()}"
        for kind in ("models", "policies", "samples")
        for path in (ROOT / kind).rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }
    source = ROOT / "src"
    package = {
        path.relative_to(source).as_posix()
        for path in (source / "evenhand").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert shipped
    assert shipped | package <= held
