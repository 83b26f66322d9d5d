"""A few random kills of a scan and of decisions; `benchmarks/kill.py` does many."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

KILL = Path(__file__).parents[2] / "benchmarks" / "kill.py"


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_and_nothing_doubled() -> None:
    command = [sys.executable, str(KILL), "--kills", "3", "--items", "5000", "--no-write"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout[done.stdout.index("{") :])
    for part in ("scan", "decide"):
        assert result[part]["kills"] == 3
        assert result[part]["faults"] == []
