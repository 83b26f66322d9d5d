"""One installation, wired once: its store, its clock, its randomness."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from evenhand.errors import BadInput
from evenhand.store import Store, registers
from evenhand.vocabulary import StaffMember

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u to misread
_ID_CHARACTERS = 12


def utc_now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class App:
    """What a use case is handed.

    Attributes:
        store: The installation's memory.
        clock: Gives the time, with its zone.
        entropy: Gives so many random bytes; seeded in tests.
    """

    store: Store
    clock: Callable[[], datetime] = field(default=utc_now)
    entropy: Callable[[int], bytes] = field(default=secrets.token_bytes)

    def new_id(self, prefix: str) -> str:
        """A random name of 60 bits: `c_4m7qz0v1x2ab`."""
        number = int.from_bytes(self.entropy(8))
        letters = (_ALPHABET[number >> 5 * place & 31] for place in range(_ID_CHARACTERS))
        return f"{prefix}_{''.join(letters)}"

    def staff(self, name: str) -> StaffMember:
        """The member of the staff who acts.

        Raises:
            BadInput: The register does not know the name.
        """
        with self.store.reading() as tx:
            member = registers.staff_member(tx, name)
        if member is None:
            raise BadInput(f"{name!r} is not in the staff register", mend=f"evenhand staff add {name}")
        return member
