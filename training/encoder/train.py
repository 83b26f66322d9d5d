"""Train the encoder: one stage of it, from base weights or from an earlier stage's checkpoint.

    train.py --data DIR --base WEIGHTS --out RUN --examples 200000 --final 1.0 --without contrast
    train.py --data DIR --base WEIGHTS --from RUN --out NEXT --examples 500000

Written every ten minutes and at the end: RUN/weights.safetensors (moving averages of the weights) and a line
in RUN/log.jsonl. A stage that was cut off goes on from its last checkpoint when it is started again.
"""

import argparse
import json
import resource
import signal
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from batches import Batch, Source, padded, read_tokenizer
from contrast import contrast_rows
from corpus import TRAIN_SPLITS, WEIGHTS, Row, ordinary_rows, read_rows
from heads import LABELS, Heads, Truths
from network import Encoder, read_network
from safetensors.torch import load_file, save_file
from sklearn.metrics import f1_score, roc_auc_score
from torch import Tensor, nn

_WARM: Final = 0.03  # share of the examples over which the rate rises
_AVERAGED: Final = 0.999
_MINUTES: Final = 10.0
_KEPT: Final = "going.pt"
_AVERAGES: Final = "weights.safetensors"
_DEV_ROWS: Final = 600  # of each source, for the log alone


class Model(nn.Module):
    """The encoder and its heads."""

    def __init__(self, encoder: Encoder, plain: Collection[str] = ()) -> None:
        super().__init__()
        self.encoder = encoder
        self.heads = Heads(encoder.shape.hidden, plain=plain)

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Logits of a batch, (N, OUTPUTS), float32."""
        return self.heads(self.encoder(tokens, mask).float())


@dataclass(slots=True)
class Weights:
    """The weights in float32, which the optimiser moves, and their moving averages.

    The network itself computes in bfloat16; small steps would be lost in its eight bits.
    """

    exact: dict[str, Tensor]
    average: dict[str, Tensor]

    @classmethod
    def of(cls, model: Model) -> "Weights":
        """A copy of a model's."""
        exact = {
            name: value.detach().float().clone().requires_grad_() for name, value in model.named_parameters()
        }
        return cls(exact, {name: value.detach().clone() for name, value in exact.items()})

    def take_gradients(self, model: Model) -> None:
        """From the network, which forgets them."""
        for name, value in model.named_parameters():
            self.exact[name].grad = None if value.grad is None else value.grad.float()
            value.grad = None

    def give(self, model: Model) -> None:
        """To the network."""
        with torch.no_grad():
            for name, value in model.named_parameters():
                value.copy_(self.exact[name])

    def remember(self, step: int) -> None:
        """One step of the moving averages, which follow faster while there are few steps behind them."""
        kept = min(_AVERAGED, (1 + step) / (10 + step))
        with torch.no_grad():
            torch._foreach_lerp_(list(self.average.values()), list(self.exact.values()), 1 - kept)


def groups(exact: Mapping[str, Tensor], rate: float) -> list[dict[str, object]]:
    """Parameter groups: heads learn ten times as fast; norms and biases do not decay."""
    found: dict[tuple[bool, bool], list[Tensor]] = {}
    for name, value in exact.items():
        found.setdefault((name.startswith("heads."), value.ndim > 1), []).append(value)
    return [
        {"params": values, "peak": rate * (10 if heads else 1), "weight_decay": 0.01 if decays else 0.0}
        for (heads, decays), values in found.items()
    ]


def rate_at(done: float, final: float) -> float:
    """The share of the peak rate when this share of examples is done: up, then in a line down to `final`."""
    if done < _WARM:
        return done / _WARM
    return 1 - (1 - final) * (done - _WARM) / (1 - _WARM)


def measured(model: Model, rows: Sequence[Row], source: Source) -> dict[str, float]:
    """AUC, and macro-F1 at one half, of each label and source on the tuning rows."""
    model.eval()
    order = sorted(range(len(rows)), key=lambda row: len(rows[row].text))
    scores = np.zeros((len(rows), len(LABELS)))
    for at in range(0, len(order), 64):
        part = order[at : at + 64]
        batch = padded(source.tokens([rows[row].text for row in part]), np.array(part))
        with torch.inference_mode():
            scores[part] = model(batch.tokens, batch.mask)[:, : len(LABELS)].numpy()
    model.train()
    found = {}
    for column, label in enumerate(LABELS):
        for name in dict.fromkeys(row.source for row in rows):
            here = [n for n, row in enumerate(rows) if row.source == name and getattr(row, label) >= 0]
            truths = [getattr(rows[n], label) for n in here]
            if len(set(truths)) > 1:
                found[f"{label}/{name}/auc"] = float(roc_auc_score(truths, scores[here, column]))
                found[f"{label}/{name}/f1"] = float(
                    f1_score(truths, scores[here, column] > 0, average="macro")
                )
    return found


def training_rows(data: Path, seed: int, without: Sequence[str], unlabelled: Path | None) -> list[Row]:
    """Everything that may be trained on, less some sources."""
    rows = read_rows(data, TRAIN_SPLITS) + contrast_rows(seed, tuning=False, without=without)
    if unlabelled is not None:
        rows += ordinary_rows(unlabelled, seed)
    return [row for row in rows if row.source not in without]


def tuning_rows(data: Path, seed: int) -> list[Row]:
    """A few of each source's tuning rows."""
    rows = read_rows(data, ("dev",)) + contrast_rows(seed, tuning=True)
    chance = np.random.default_rng(seed)
    kept = []
    for name in dict.fromkeys(row.source for row in rows):
        mine = [row for row in rows if row.source == name]
        kept += [mine[n] for n in chance.permutation(len(mine))[:_DEV_ROWS]]
    return kept


def draws_of(named: Sequence[str]) -> dict[str, float]:
    """How often a row of each source is drawn: `SOURCE=WEIGHT` where it is named, else as in `WEIGHTS`."""
    pairs = (each.partition("=") for each in named)
    return {**WEIGHTS, **{name: float(weight) for name, _, weight in pairs}}


def load(base: Path, start: Path | None, plain: Collection[str]) -> Model:
    """The model with base weights, or as an earlier stage left it."""
    model = Model(read_network(base), plain)
    if start is not None:
        model.load_state_dict(load_file(start / _AVERAGES))
    return model


@dataclass(slots=True)
class Stage:
    """How far a stage is.

    Attributes:
        weights: As they are now.
        optimiser: Moves them.
        seen: Examples.
        step: Batches.
        spent: CPU seconds of the processes that were at it before this one.
    """

    weights: Weights
    optimiser: torch.optim.AdamW
    seen: int = 0
    step: int = 0
    spent: float = 0.0

    @classmethod
    def begun(cls, model: Model, options: argparse.Namespace) -> "Stage":
        """From the start, or from the last checkpoint; the network goes over to bfloat16.

        Raises:
            FileExistsError: The folder has a stage that came to its end.
        """
        weights = Weights.of(model)
        model.to(torch.bfloat16)
        model.heads.float()
        kept = options.out / _KEPT
        if not kept.exists() and (options.out / _AVERAGES).exists():
            raise FileExistsError(f"{options.out} has a finished stage; name another folder with --out")
        state = torch.load(kept, weights_only=True) if kept.exists() else None
        if state is not None:
            exact = {name: value.requires_grad_() for name, value in state["exact"].items()}
            weights = Weights(exact, state["average"])
        optimiser = torch.optim.AdamW(groups(weights.exact, options.rate), lr=0.0, fused=True)
        if state is None:
            return cls(weights, optimiser)
        optimiser.load_state_dict(state["optimiser"])
        weights.give(model)
        return cls(weights, optimiser, state["seen"], state["step"], state.get("spent", 0.0))

    def learn(self, model: Model, batch: Batch, truths: Truths, share: float) -> float:
        """One batch, at a share of the peak rate; gives its cost."""
        for group in self.optimiser.param_groups:
            group["lr"] = group["peak"] * share
        loss = model.heads.loss(model(batch.tokens, batch.mask), truths.at(batch.rows))
        loss.backward()
        self.weights.take_gradients(model)
        nn.utils.clip_grad_norm_(list(self.weights.exact.values()), 1.0)
        self.optimiser.step()
        self.weights.give(model)
        self.seen, self.step = self.seen + len(batch.rows), self.step + 1
        self.weights.remember(self.step)
        return float(loss.item())

    def save(self, out: Path) -> None:
        """All that is needed to go on, then the averages; cut off in between, the last checkpoint stands."""
        state = {
            "exact": self.weights.exact,
            "average": self.weights.average,
            "optimiser": self.optimiser.state_dict(),
            "seen": self.seen,
            "step": self.step,
            "spent": self.cpu_seconds(),
        }
        torch.save(state, out / f"{_KEPT}.part")
        (out / f"{_KEPT}.part").replace(out / _KEPT)
        save_file(self.weights.average, out / f"{_AVERAGES}.part")
        (out / f"{_AVERAGES}.part").replace(out / _AVERAGES)

    def cpu_seconds(self) -> float:
        """Of the whole stage, however often it was cut off after a checkpoint."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        return self.spent + used.ru_utime + used.ru_stime


def train(options: argparse.Namespace) -> None:
    """One stage."""
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    rows = training_rows(options.data, options.seed, options.without, options.unlabelled)
    dev = tuning_rows(options.data, options.seed)
    truths = Truths.of(rows)
    model = load(options.base, options.start, options.plain)
    stage = Stage.begun(model, options)
    source = Source(
        rows,
        read_tokenizer(options.base),
        options.seed + stage.step,
        draws_of(options.draw),
        disguised="disguise" not in options.plain,
    )
    print(f"{len(rows)} rows, {len(dev)} to tune on, {stage.seen} examples seen", flush=True)
    model.train()
    began = said = time.time()
    losses: list[float] = []
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stopped.append(number))
    for batch in source.batches(options.batch):
        share = rate_at(stage.seen / options.examples, options.final)
        losses.append(stage.learn(model, batch, truths, share))
        if stage.step % 50 == 0:
            speed = stage.seen / (time.time() - began)
            print(f"{stage.seen} {np.mean(losses[-200:]):.4f} {speed:.0f}/s", flush=True)
        ended = stage.seen >= options.examples
        if ended or stopped or time.time() - said > _MINUTES * 60:
            said = time.time()
            stage.save(options.out)
            if stopped:
                return
            log(options, stage, losses, dev, source, time.time() - began)
        if ended:
            (options.out / _KEPT).unlink()
            return


def log(
    options: argparse.Namespace,
    stage: Stage,
    losses: Sequence[float],
    dev: Sequence[Row],
    source: Source,
    seconds: float,
) -> None:
    """A line of the log: how far, how long, how good."""
    model = Model(read_network(options.base))
    model.load_state_dict(dict(stage.weights.average))
    model = model.to(torch.bfloat16)
    model.heads.float()
    found = {name: round(value, 4) for name, value in measured(model, dev, source).items()}
    line = {
        "options": {name: str(value) for name, value in vars(options).items()},
        "examples": stage.seen,
        "loss": float(np.mean(losses[-500:])),
        "seconds": round(seconds),
        "cpu_seconds": round(stage.cpu_seconds()),
        "dev": found,
    }
    with (options.out / "log.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(line) + "\n")
    told = {name: value for name, value in found.items() if name.startswith("hateful") or "contrast" in name}
    print(json.dumps(told), flush=True)


def main() -> int:
    """Read the options and train."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder of the data sets")
    parser.add_argument("--unlabelled", type=Path, help="Parquet of ordinary posts, as first_stage.py reads")
    parser.add_argument("--base", type=Path, required=True, help="the folder of the base weights")
    parser.add_argument("--from", dest="start", type=Path, help="the folder of an earlier stage")
    parser.add_argument("--out", type=Path, required=True, help="the folder of this stage")
    parser.add_argument("--examples", type=int, required=True)
    parser.add_argument("--rate", type=float, default=1.5e-4)
    parser.add_argument("--final", type=float, default=0.0, help="share of the rate that is left at the end")
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--draw", nargs="*", default=[], help="SOURCE=WEIGHT, other than in corpus.WEIGHTS")
    parser.add_argument("--plain", nargs="*", default=[], choices=["biases", "choices", "disguise"])
    parser.add_argument("--without", nargs="*", default=[], help="sources, or contrast files, to leave out")
    train(parser.parse_args())
    return 0


if __name__ == "__main__":
    sys.exit(main())
