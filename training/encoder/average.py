"""The mean of several runs' weights: one network, no slower, that keeps what the runs agree on.

    .venv/bin/python training/encoder/average.py RUN... --out NEXT

Runs that began from the same weights lie in one valley, and its middle is as good as or better than its rims
(model soups, Wortsman et al. 2022, arXiv 2203.05482). Which runs to average is chosen on tuning rows.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

WEIGHTS = "weights.safetensors"


def main() -> int:
    """Average and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("runs", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    runs = [load_file(run / WEIGHTS) for run in options.runs]
    mean = {name: np.mean([run[name] for run in runs], axis=0) for name in runs[0]}
    options.out.mkdir(parents=True, exist_ok=True)
    save_file(mean, options.out / WEIGHTS)
    return 0


if __name__ == "__main__":
    sys.exit(main())
