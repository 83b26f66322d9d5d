"""A training survives whatever stops it. Skipped where torch is not installed."""

import sys
from argparse import Namespace
from pathlib import Path

import pytest

from encoder_samples import HEADS, HIDDEN, WINDOW

torch = pytest.importorskip("torch", reason="torch is not installed: pip install --group training")
sys.path.insert(0, str(Path(__file__).parents[2] / "training" / "encoder"))

from network import Encoder, Shape  # noqa: E402 - needs torch
from train import Model, Stage  # noqa: E402 - needs torch


def begun(folder: Path) -> Stage:
    """A stage of a tiny network in a folder."""
    shape = Shape(
        vocabulary=8,
        hidden=HIDDEN,
        layers=1,
        heads=HEADS,
        inner=HIDDEN,
        positions=WINDOW,
        first_position=0,
        epsilon=1e-12,
        relative=False,
    )
    return Stage.begun(Model(Encoder(shape)), Namespace(out=folder, rate=1e-3))


def test_a_stage_that_was_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    """With what it has cost so far: the model card states the energy of all of it."""
    stage = begun(tmp_path)
    stage.seen, stage.step, stage.spent = 480, 10, 3600.0
    stage.save(tmp_path)

    again = begun(tmp_path)

    assert (again.seen, again.step) == (480, 10)
    assert again.cpu_seconds() > 3600


@pytest.mark.parametrize("writer", ["torch.save", "train.save_file"])
def test_a_stage_killed_while_it_saves_goes_on_from_the_checkpoint_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writer: str
) -> None:
    """Half a file never stands in the place of a whole one."""

    def killed(_: object, path: Path) -> None:
        path.write_bytes(b"half of it")
        raise KeyboardInterrupt

    stage = begun(tmp_path)
    stage.seen = 480
    stage.save(tmp_path)
    weights = (tmp_path / "weights.safetensors").read_bytes()
    stage.seen = 960
    with monkeypatch.context() as patched:
        patched.setattr(writer, killed)
        with pytest.raises(KeyboardInterrupt):
            stage.save(tmp_path)

    assert begun(tmp_path).seen == (480 if writer == "torch.save" else 960)
    assert (tmp_path / "weights.safetensors").read_bytes() == weights


def test_a_finished_stage_is_not_begun_anew(tmp_path: Path) -> None:
    """Its weights would be gone at the first checkpoint."""
    begun(tmp_path).save(tmp_path)
    (tmp_path / "going.pt").unlink()

    with pytest.raises(FileExistsError, match="has a finished stage; name another folder with --out"):
        begun(tmp_path)
