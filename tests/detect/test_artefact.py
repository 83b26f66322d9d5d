"""The artefact: it opens only as it was sealed, and says why it does not."""

import json

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linear_samples import a_manifest, a_model, an_artefact

from evenhand.detect._artefact import LinearModel, open_model, seal_model
from evenhand.errors import VerificationError

MANIFEST, WEIGHTS = an_artefact()
AGAIN = "install Evenhand again, or rebuild the model with training/linear/train.py"


def test_what_was_sealed_is_what_is_opened() -> None:
    """Sealing what was opened gives the same bytes again, and the same weights and calibration."""
    model = a_model({"ghastly": (90, -128, 60)})

    opened = open_model(*seal_model(model))

    assert np.array_equal(opened.weights, model.weights)
    assert np.array_equal(opened.steps, model.steps)
    assert seal_model(opened) == seal_model(model)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(WEIGHTS) - 1), st.integers(1, 255))
def test_one_changed_byte_of_the_weights_is_refused(at: int, flip: int) -> None:
    """Anywhere in the file, any change of one byte is found."""
    damaged = bytearray(WEIGHTS)
    damaged[at] ^= flip

    with pytest.raises(VerificationError, match="have SHA-256") as refusal:
        open_model(MANIFEST, bytes(damaged))

    assert refusal.value.mend == AGAIN


@pytest.mark.parametrize("flip", [1, 16, 128])
def test_one_changed_byte_of_the_manifest_is_refused(flip: int) -> None:
    """Anywhere in the manifest, white space included: a threshold cannot rot unnoticed."""
    for at in range(len(MANIFEST)):
        damaged = bytearray(MANIFEST)
        damaged[at] ^= flip

        with pytest.raises(VerificationError) as refusal:
            open_model(bytes(damaged), WEIGHTS)

        assert refusal.value.mend


@pytest.mark.parametrize("size", [0, 1, len(WEIGHTS) // 2, len(WEIGHTS) - 1])
def test_weights_cut_short_are_refused(size: int) -> None:
    with pytest.raises(VerificationError, match=f"have {size} bytes, expected {len(WEIGHTS)}") as refusal:
        open_model(MANIFEST, WEIGHTS[:size])

    assert refusal.value.mend == AGAIN


def test_weights_with_something_behind_them_are_refused() -> None:
    with pytest.raises(VerificationError, match="bytes, expected"):
        open_model(MANIFEST, WEIGHTS + b"\0")


@given(st.binary(max_size=200))
def test_a_manifest_of_any_bytes_is_refused(manifest: bytes) -> None:
    """Whatever stands where the manifest should, the error is ours."""
    with pytest.raises(VerificationError):
        open_model(manifest, WEIGHTS)


@pytest.mark.parametrize("size", [0, 1, 100, len(MANIFEST) - 1])
def test_a_manifest_cut_short_is_refused(size: int) -> None:
    with pytest.raises(VerificationError):
        open_model(MANIFEST[:size], WEIGHTS)


def test_a_manifest_with_a_field_more_is_refused() -> None:
    grown = json.dumps(json.loads(MANIFEST) | {"run": "os.system"}).encode()

    with pytest.raises(VerificationError, match="cannot be read: Object contains unknown field `run`"):
        open_model(grown, WEIGHTS)


def test_another_feature_version_is_refused() -> None:
    """Weights for other hashes would score nonsense: the mend is another model, not another try."""
    old = msgspec.structs.replace(a_manifest(), feature_version="0")
    model = a_model({})

    with pytest.raises(VerificationError, match="has format 1 and feature version 0") as refusal:
        open_model(*seal_model(LinearModel(manifest=old, weights=model.weights, steps=model.steps)))

    assert "take the model that came with this version" in refusal.value.mend


def test_other_heads_are_refused() -> None:
    few = msgspec.structs.replace(a_manifest(), heads=a_manifest().heads[:2])
    model = a_model({})

    with pytest.raises(VerificationError, match=r"has the heads text\.hateful, text\.threat, expected"):
        open_model(*seal_model(LinearModel(manifest=few, weights=model.weights, steps=model.steps)))


@pytest.mark.parametrize("wrong", [float("nan"), 100.0])
def test_a_calibration_that_falls_is_refused(wrong: float) -> None:
    """More evidence never means less probability, even in an artefact that is sealed."""
    model = a_model({})
    steps = model.steps.copy()
    steps[1, 10] = wrong

    with pytest.raises(VerificationError, match="expected steps that rise"):
        open_model(*seal_model(LinearModel(manifest=model.manifest, weights=model.weights, steps=steps)))
