"""Settings, the staff register, and the versions of policies that were ever in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec
import sqlalchemy as sa

from evenhand.vocabulary import PolicyId, PolicyRef, Signal, StaffMember, StaffName

from ._schema import policy_versions, settings, staff


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPolicy:
    """One policy version as it was put in force.

    Attributes:
        ref: Which.
        in_force_from: Since when.
        files: The folder it was compiled from: name -> bytes.
        signals: What its rules were checked against, so that it can be read again whatever is installed then.
    """

    ref: PolicyRef
    in_force_from: datetime
    files: Mapping[str, bytes]
    signals: tuple[Signal, ...]


def setting(tx: sa.Connection, name: str) -> str | None:
    """A setting's value; None where it was never set."""
    return tx.execute(sa.select(settings.c.value).where(settings.c.name == name)).scalar_one_or_none()


def put_setting(tx: sa.Connection, name: str, value: str) -> None:
    """Set a setting, or set it anew."""
    if tx.execute(settings.update().where(settings.c.name == name).values(value=value)).rowcount == 0:
        tx.execute(settings.insert().values(name=name, value=value))


def all_settings(tx: sa.Connection) -> dict[str, str]:
    """Every setting that was set."""
    return {row.name: row.value for row in tx.execute(sa.select(settings).order_by(settings.c.name))}


def staff_member(tx: sa.Connection, name: str) -> StaffMember | None:
    """One member of the staff; None where the register does not know the name."""
    row = tx.execute(sa.select(staff).where(staff.c.name == name)).one_or_none()
    return (
        None
        if row is None
        else StaffMember(name=StaffName(row.name), pseudonym=row.pseudonym, added_at=row.added_at)
    )


def all_staff(tx: sa.Connection) -> list[StaffMember]:
    """The staff register, by name."""
    rows = tx.execute(sa.select(staff).order_by(staff.c.name))
    return [StaffMember(name=StaffName(r.name), pseudonym=r.pseudonym, added_at=r.added_at) for r in rows]


def add_staff(tx: sa.Connection, member: StaffMember) -> None:
    """Add a name that the register does not have."""
    tx.execute(staff.insert().values(name=member.name, pseudonym=member.pseudonym, added_at=member.added_at))


def policies(tx: sa.Connection) -> list[StoredPolicy]:
    """Every version ever in force, the oldest first."""
    rows = tx.execute(
        sa.select(policy_versions).order_by(policy_versions.c.in_force_from, policy_versions.c.id)
    )
    return [
        StoredPolicy(
            ref=PolicyRef(policy=PolicyId(row.policy), version=row.version, content_hash=row.content_hash),
            in_force_from=row.in_force_from,
            files=msgspec.msgpack.decode(row.files, type=dict[str, bytes]),
            signals=msgspec.json.decode(row.signals, type=tuple[Signal, ...]),
        )
        for row in rows
    ]


def put_in_force(tx: sa.Connection, policy: StoredPolicy) -> None:
    """Record that a version is in force from a moment on."""
    tx.execute(
        policy_versions.insert().values(
            policy=policy.ref.policy,
            version=policy.ref.version,
            content_hash=policy.ref.content_hash,
            in_force_from=policy.in_force_from,
            files=msgspec.msgpack.encode(dict(policy.files)),
            signals=msgspec.json.encode(policy.signals).decode(),
        )
    )
