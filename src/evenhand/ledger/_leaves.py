"""Commitments and leaves.

A leaf is RFC 8785 JSON `{v, stream, seq, prev, type, at, groups}`. It names no case, no person and no score:
of each field group it holds SHA-256(salt || RFC 8785 JSON of the group), with a salt of its own, so that one
group can be withheld or erased while every proof over the leaf still holds. `prev` chains the events of one
stream, so that an event left out is seen.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import rfc8785

from evenhand.errors import BadInput, VerificationError

SALT_BYTES = 32
STREAM_BYTES = 16
GENESIS = ""
"""`prev` of a stream's first event."""

LARGEST = 2**53 - 1
"""The largest number in a payload: beyond it JSON numbers lose digits (RFC 7493 section 2.2)."""

_VERSION = 1

Scalar = str | int | bool | None
Payload = Mapping[str, "Scalar | Payload | list[Scalar] | list[Payload]"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One event as the log sees it.

    Attributes:
        data: The RFC 8785 bytes that are hashed; at most 65,535 (C2SP tlog-tiles entry bundles).
        hash: RFC 6962 leaf hash, SHA-256(0x00 || data), in hex.
        seq: 1 for the stream's first event.
        prev: Hash of the stream's previous leaf in hex; `GENESIS` for the first.
    """

    data: bytes
    hash: str
    seq: int
    prev: str


def canonical(payload: object) -> bytes:
    """RFC 8785 (JCS) bytes of a JSON value. Ids and scores are strings: no float stands in a payload.

    Raises:
        BadInput: It holds what canonical JSON cannot say: half a character, a number beyond `LARGEST`.
    """
    try:
        return rfc8785.dumps(payload)  # type: ignore[arg-type]  # its own type is a recursive alias of ours
    except rfc8785.CanonicalizationError as error:
        raise BadInput(
            f"this cannot be recorded: {error}", mend="write it in whole Unicode characters and usual numbers"
        ) from error


def commitment(salt: bytes, payload: bytes) -> str:
    """SHA-256(salt || payload), in hex. The salt is 32 random bytes, used once."""
    if len(salt) != SALT_BYTES:
        raise VerificationError(f"a salt has {len(salt)} bytes, expected {SALT_BYTES}")
    return hashlib.sha256(salt + payload).hexdigest()


def leaf_hash(data: bytes) -> str:
    """RFC 6962 section 2.1: SHA-256(0x00 || data), in hex."""
    return hashlib.sha256(b"\x00" + data).hexdigest()


def minute(at: datetime) -> str:
    """A moment as a leaf says it: in UTC, to the minute."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def next_leaf(
    *,
    stream: bytes,
    seq: int,
    prev: str,
    type: str,  # noqa: A002 - the leaf's own word
    at: datetime,
    groups: Mapping[str, str],
) -> Leaf:
    """The leaf of a stream's next event.

    Args:
        stream: 16 random bytes that stand for the stream; never the id that is shown.
        seq: 1 for the first event.
        prev: Hash of the previous leaf, or `GENESIS`.
        type: `case.opened`, `case.decided`, ...
        at: When, with a time zone; written to the minute, so that it names nobody.
        groups: Commitment of each field group, in hex.
    """
    if len(stream) != STREAM_BYTES:
        raise VerificationError(f"a stream has {len(stream)} bytes, expected {STREAM_BYTES}")
    data = canonical(
        {
            "v": _VERSION,
            "stream": stream.hex(),
            "seq": seq,
            "prev": prev,
            "type": type,
            "at": minute(at),
            "groups": dict(groups),
        }
    )
    return Leaf(data=data, hash=leaf_hash(data), seq=seq, prev=prev)


def verify_payload(salt: bytes, payload: bytes, expected: str) -> None:
    """Check one field group against its commitment.

    Raises:
        VerificationError: Payload or salt are not what was committed to.
    """
    found = commitment(salt, payload)
    if found != expected:
        raise VerificationError(
            f"a payload commits to {found}, its leaf says {expected}",
            mend="restore the row from a backup made before it was changed, and find out who changed it",
        )


def verify_chain(leaves: Iterable[Leaf]) -> None:
    """Check that a stream's leaves follow each other from its first on, with nothing left out.

    Raises:
        VerificationError: A hash, a number or a link does not fit; the message names the first that fails.
    """
    prev = GENESIS
    for seq, leaf in enumerate(leaves, start=1):
        if leaf_hash(leaf.data) != leaf.hash:
            raise VerificationError(f"the leaf of event {seq} does not hash to {leaf.hash}")
        if (leaf.seq, leaf.prev) != _said(leaf.data, seq):
            raise VerificationError(f"the row of event {seq} and its leaf differ in number or link")
        if leaf.seq != seq:
            raise VerificationError(f"event {seq} is missing; event {leaf.seq} stands in its place")
        if leaf.prev != prev:
            found, expected = leaf.prev or "nothing", prev or "nothing"
            raise VerificationError(f"event {seq} follows {found}, expected {expected}")
        prev = leaf.hash


def _said(data: bytes, seq: int) -> tuple[object, object]:
    """Number and link, as the leaf's own bytes have them."""
    try:
        said = json.loads(data)
        return said["seq"], said["prev"]
    except (ValueError, KeyError, TypeError) as error:
        raise VerificationError(f"the bytes of event {seq} are no leaf: {error}") from error
