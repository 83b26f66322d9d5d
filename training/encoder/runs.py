"""The table of runs: one line per run tried, from the last line of each log.

.venv/bin/python training/encoder/runs.py RUN... > training/encoder/runs.csv
"""

import csv
import json
import sys
from pathlib import Path
from typing import Final

MEASURES: Final = (
    "hateful/dynahate/auc",
    "hateful/dynahate/f1",
    "hateful/hatemoji_build/auc",
    "hateful/hatemoji_build/f1",
    "hateful/measuring_hate_speech/auc",
    "hateful/measuring_hate_speech/f1",
    "hateful/implicit_hate/auc",
    "hateful/edos/auc",
    "hateful/contrast/auc",
    "threat/contrast/auc",
    "abusive/contrast/auc",
)
OPTIONS: Final = ("start", "examples", "rate", "final", "batch", "seed", "draw", "without", "plain")


def main() -> int:
    """Write the table to standard output."""
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(["run", "seen", *OPTIONS, "loss", "cpu_seconds", *MEASURES])
    for folder in map(Path, sys.argv[1:]):
        last = json.loads((folder / "log.jsonl").read_text(encoding="utf-8").splitlines()[-1])
        options = last["options"] | {"start": Path(last["options"]["start"]).name}
        named = [options.get(name, "") for name in OPTIONS]
        measured = [last["dev"].get(name, "") for name in MEASURES]
        table.writerow(
            [folder.name, last["examples"], *named, round(last["loss"], 4), last["cpu_seconds"], *measured]
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
