"""Sealed manifests: JSON in exactly one spelling, with a hash over itself.

    stored = seal(record)                                   # fills `record.seal`
    record = open_sealed(stored, EncoderManifest, mend="install again")

A damaged threshold is noticed like a damaged weight. The record's type is a `msgspec.Struct` with the string
fields `name` and `seal`.
"""

import hashlib
from typing import TypeVar

import msgspec

from evenhand.errors import VerificationError

__all__ = ["open_sealed", "seal"]

Record = TypeVar("Record", bound=msgspec.Struct)


def seal(record: msgspec.Struct) -> bytes:
    """The record's one spelling, its seal filled in."""
    unsealed = msgspec.structs.replace(record, seal="")
    return _spelled(msgspec.structs.replace(record, seal=_hash(unsealed)))


def open_sealed(stored: bytes, kind: type[Record], *, mend: str) -> Record:
    """The record, if it is whole and spelt as sealed.

    Raises:
        VerificationError: It is not.
    """
    try:
        record = msgspec.json.decode(stored, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:  # a ValidationError is a DecodeError
        raise VerificationError(f"the model's manifest cannot be read: {error}", mend=mend) from error
    says, name = str(getattr(record, "seal", "")), getattr(record, "name", "")
    due = _hash(msgspec.structs.replace(record, seal=""))
    if says != due or stored != _spelled(record):
        raise VerificationError(
            f"the manifest of model {name} is not as it was sealed:"
            f" its seal says {says or 'nothing'}, expected {due}",
            mend=mend,
        )
    return record


def _spelled(record: msgspec.Struct) -> bytes:
    """Indented, so that a change can be read in a diff."""
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"


def _hash(unsealed: msgspec.Struct) -> str:
    return hashlib.sha256(_spelled(unsealed)).hexdigest()
