"""Sealed manifests: one spelling, and a hash over it."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.detect._sealing import open_sealed, seal
from evenhand.errors import VerificationError

MEND = "install it again"


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A manifest of little."""

    name: str
    threshold: float
    words: tuple[str, ...] = ()
    seal: str = ""


SEALED = seal(Record(name="m", threshold=0.5, words=("a", "b")))


def refused(stored: bytes, match: str) -> None:
    """The stored bytes are refused with this text and the caller's mend."""
    with pytest.raises(VerificationError, match=match) as refusal:
        open_sealed(stored, Record, mend=MEND)
    assert refusal.value.mend == MEND


@given(
    st.builds(Record, name=st.text(), threshold=st.floats(allow_nan=False, allow_infinity=False)),
)
def test_what_was_sealed_is_what_is_opened(record: Record) -> None:
    """Every field comes back, with the seal beside them; sealing it again changes no byte."""
    stored = seal(record)

    opened = open_sealed(stored, Record, mend=MEND)

    assert msgspec.structs.replace(opened, seal="") == record
    assert len(opened.seal) == 64
    assert seal(opened) == stored


@pytest.mark.parametrize("flip", [1, 16, 128])
def test_one_changed_byte_is_refused(flip: int) -> None:
    """Anywhere in the manifest, white space and the seal itself included."""
    for at in range(len(SEALED)):
        damaged = bytearray(SEALED)
        damaged[at] ^= flip

        refused(bytes(damaged), "manifest")


@given(st.integers(0, len(SEALED) - 1))
def test_a_manifest_cut_short_is_refused(size: int) -> None:
    refused(SEALED[:size], "manifest")


@given(st.binary(max_size=200))
def test_any_other_bytes_are_refused(stored: bytes) -> None:
    """Whatever stands where the manifest should, the error is ours."""
    refused(stored, "cannot be read")


def test_the_same_values_in_another_spelling_are_refused() -> None:
    """One spelling, so that its hash can be compared with what is published."""
    refused(json.dumps(json.loads(SEALED)).encode(), "model m is not as it was sealed")
    refused(SEALED + b"\n", "model m is not as it was sealed")


def test_a_manifest_that_was_never_sealed_says_so() -> None:
    """The refusal names what the seal says and what it should."""
    unsealed = SEALED.replace(json.loads(SEALED)["seal"].encode(), b"")

    refused(unsealed, f"its seal says nothing, expected {json.loads(SEALED)['seal']}")


def test_a_field_more_is_refused() -> None:
    refused(json.dumps(json.loads(SEALED) | {"run": "os.system"}).encode(), "unknown field `run`")


def test_a_manifest_of_another_kind_is_refused() -> None:
    """A sealed manifest of one kind does not pass for another."""

    class Other(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
        name: str
        seal: str = ""

    refused(seal(Other(name="m")), "missing required field `threshold`")
