"""Running the real command in a process of its own, as a user runs it."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

EVENHAND = Path(sys.executable).with_name("evenhand")


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Its output, read as JSON."""
        return json.loads(self.out)


Run = Callable[..., Ran]


def run_evenhand(folder: Path, *arguments: str, stdin: bytes = b"") -> Ran:
    """Run a command in a folder, with a store there."""
    done = subprocess.run(
        [str(EVENHAND), *arguments],
        cwd=folder,
        input=stdin,
        capture_output=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "EVENHAND_STORE": "sqlite:///evenhand.db", "LC_ALL": "C.UTF-8"},
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
