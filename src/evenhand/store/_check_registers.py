"""Registers: settings, staff and policy versions are what their streams fold to."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
import sqlalchemy as sa

from evenhand.policy import content_hash
from evenhand.vocabulary import Signal

from ._check_cells import Faults, Record, guarded, records
from ._check_events import Happened, histories
from ._schema import policy_versions, settings, staff

_POLICY = "policy:"


def registers(tx: sa.Connection) -> Faults:
    """Every register is what its events fold to."""
    told = dict(histories(tx, "settings"))
    values = {row.name: row.value for row in records(tx, settings)}
    yield from guarded("settings", lambda: _settings(told.get("settings", []), values))
    told = dict(histories(tx, "staff"))
    names = {row.name: (row.pseudonym, row.added_at) for row in records(tx, staff)}
    yield from guarded("staff", lambda: _staff(told.get("staff", []), names))
    yield from _policies(tx)


def _settings(told: list[Happened], found: Mapping[str, str]) -> Faults:
    puts = [one.groups["facts"] for one in told]
    expected = {facts["name"]: facts["value"] for facts in puts}
    yield from _unequal("setting", found, expected)


def _staff(told: list[Happened], found: Mapping[str, tuple[str, datetime]]) -> Faults:
    added = [(one.groups["internal"], one.row.at) for one in told]
    expected = {fields["name"]: (fields["pseudonym"], at) for fields, at in added}
    yield from _unequal("staff member", found, expected)


def _unequal(what: str, found: Mapping[str, object], expected: Mapping[str, object]) -> Faults:
    for name in sorted(found.keys() | expected.keys()):
        if name not in found:
            yield f"{what} {name} is in the events and has no row"
        elif found[name] != expected.get(name):
            yield f"{what} {name} is not what the events say"


def _policies(tx: sa.Connection) -> Faults:
    found: dict[str, list[tuple[str, str, datetime]]] = {}
    for row in records(tx, policy_versions, order=(policy_versions.c.id,)):
        found.setdefault(row.policy, []).append((row.version, row.content_hash, row.in_force_from))
        what = f"policy {row.policy} {row.version}"
        yield from guarded(what, partial(_files, what, row))
    told = {name.removeprefix(_POLICY): happened for name, happened in histories(tx, _POLICY)}
    for name in sorted(found.keys() | told.keys()):
        versions = partial(_versions, name, found.get(name, []), told.get(name, []))
        yield from guarded(f"policy {name}", versions)


def _versions(name: str, found: list[tuple[str, str, datetime]], told: list[Happened]) -> Faults:
    facts: list[Mapping[str, Any]] = [one.groups["facts"] for one in told]
    expected = [
        (one["version"], one["policy_hash"], datetime.fromisoformat(one["in_force_from"])) for one in facts
    ]
    if found != expected:
        yield f"the versions of policy {name} are not those that its events put in force"


def _files(what: str, row: Record) -> Faults:
    files = msgspec.msgpack.decode(row.files, type=dict[str, bytes])
    if content_hash(files) != row.content_hash:
        yield f"{what}: its files are not those that it is named by"
    msgspec.json.decode(row.signals, type=tuple[Signal, ...])
