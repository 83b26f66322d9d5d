"""Policies in use: shipped or named, put in force in a store, and read again as they were."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from evenhand.errors import BadInput, Refused
from evenhand.policy import InForce, Policy, Timeline, Version, content_hash, parse_policy
from evenhand.store import events, registers
from evenhand.store.registers import StoredPolicy
from evenhand.vocabulary import SignalRegistry

from ._app import App
from ._shipped import read_policy_folder, shipped
from ._tools import PolicyFiles, Sources, Tools
from .staff import detector_names, shadow_name

_LEAST_DIGITS = 4  # of a content hash, so that nobody names a version by chance


@dataclass(frozen=True, slots=True)
class Running:
    """The detectors of an installation, as specs: those at work, in order, and the one in shadow."""

    detectors: tuple[str, ...]
    shadow: str = ""


def read_policies(folders: Sequence[Path], since: datetime) -> list[PolicyFiles]:
    """The policies in `folders`; the shipped ones where none is named."""
    chosen = list(folders) or sorted(path for path in shipped("policies").iterdir() if path.is_dir())
    return [
        PolicyFiles(where=str(folder), files=read_policy_folder(folder), since=since) for folder in chosen
    ]


def check_policy(folder: Path, now: datetime) -> Policy:
    """Parse and compile one policy: a folder, or one of the shipped ones by its name.

    Raises:
        RuleError: It does not compile; the message points at each place.
    """
    return check_version(folder, now).policy


def check_version(folder: Path, now: datetime) -> Version:
    """The same, with the files of its folder."""
    tools = tools_of(folder, now)
    (version,), (read,) = tools.current, tools.sources.current
    return Version(version.policy, read.files)


def tools_of(folder: Path, now: datetime) -> Tools:
    """What examines items by one policy, which is compiled: a folder, or one of the shipped ones by its name.

    Raises:
        RuleError: It does not compile; the message points at each place.
    """
    by_name = shipped("policies") / folder
    chosen = by_name if by_name.is_dir() and not folder.is_dir() else folder
    tools = Tools(Sources(current=tuple(read_policies([chosen], now))))
    tools.program([version.policy for version in tools.current])
    return tools


def recorded_version(app: App, policy: str, wanted: str) -> Version:
    """A version that the store had in force, by its version or by the first digits of its content hash.

    Raises:
        BadInput: There is none, or the digits are those of several.
    """
    stored = {one.ref.content_hash: one for one in versions_in_force(app) if one.ref.policy == policy}
    found = [one for one in stored.values() if one.ref.version == wanted]
    if not found and len(wanted) >= _LEAST_DIGITS:
        found = [one for one in stored.values() if one.ref.content_hash.startswith(wanted)]
    if len(found) == 1:
        return Version(_parsed(found[0]).policy, found[0].files)
    if found:
        names = ", ".join(one.ref.content_hash[:16] for one in found)
        raise BadInput(f"{policy}@{wanted} is several versions", mend=f"write more of one: {names}")
    known = ", ".join(f"{policy}@{one.ref.version}" for one in stored.values())
    raise BadInput(
        f"this store never had {policy}@{wanted} in force",
        mend=f"it had {known}" if known else "evenhand policy list names what it had",
    )


def put_in_force(app: App, named: Sequence[Path], since: datetime | None = None) -> Tools:
    """Load the policies of a scan; a version that is new to the store is in force from now on.

    `since` says otherwise for a store that takes over a service whose rules were in force before.

    Where no folder is named, what is in force in the store goes on; a new store gets the shipped ones.

    Raises:
        RuleError: One of them does not compile; nothing is recorded.
        BadInput: Two folders hold the same policy.
        Refused: A document was changed without changing its version.
    """
    now = since or app.clock()
    running = Running(detector_names(app), shadow_name(app))
    with app.store.reading() as tx:
        stored = registers.policies(tx)
    if not named and stored:
        return Tools(_sources(stored, running))
    tools = _with_chosen(read_policies(named, now), stored, running)
    with app.store.transaction() as tx:
        for one, files in zip(tools.current, tools.sources.current, strict=True):
            version = StoredPolicy(
                ref=one.policy.ref,
                in_force_from=now,
                files=dict(files.files),
                signals=tuple(tools.registry.values()),
            )
            _record(app, tx, version)
    return tools


def tools_with(app: App, detectors: tuple[str, ...]) -> Tools:
    """The policies in force, or the shipped ones where none is, with detectors that may not be at work."""
    stored = versions_in_force(app)
    if stored:
        return Tools(_sources(stored, Running(detectors)))
    return Tools(Sources(current=policies_in_use(app), detectors=detectors))


def policies_in_use(app: App) -> tuple[PolicyFiles, ...]:
    """The newest version of each policy of the store; the shipped policies where it has none."""
    stored = versions_in_force(app)
    return _sources(stored, Running(())).current if stored else tuple(read_policies([], app.clock()))


def versions_in_force(app: App) -> list[StoredPolicy]:
    """Every policy version the store ever had in force, the oldest first."""
    with app.store.reading() as tx:
        return registers.policies(tx)


def in_force_now(app: App) -> list[tuple[InForce, Mapping[str, bytes]]]:
    """The newest version of each policy in a store, read again from it, with its files.

    Raises:
        Refused: The store has none.
    """
    newest = {policy.ref.policy: policy for policy in _stored(app)}
    return [(_parsed(policy), policy.files) for policy in newest.values()]


def timeline_of(app: App) -> Timeline:
    """Every policy version the store ever had in force, read again as it was; empty where there is none."""
    return Timeline([_parsed(policy) for policy in versions_in_force(app)])


def in_force_at(app: App, posted: datetime | None, scanned: datetime) -> tuple[InForce, ...]:
    """The versions that judge an item posted and scanned at these times, read again from the store.

    Raises:
        Refused: The store has none.
    """
    return Timeline([_parsed(policy) for policy in _stored(app)]).at(posted, now=scanned)


def _stored(app: App) -> list[StoredPolicy]:
    """Every version the store ever had in force, which is at least one."""
    stored = versions_in_force(app)
    if not stored:
        mend = "evenhand scan FILE puts the shipped ones in force"
        raise Refused("no policy is in force in this store", mend=mend)
    return stored


def _parsed(policy: StoredPolicy) -> InForce:
    """A version as it was when it came into force: no detector is asked."""
    files = _as_files(policy)
    parsed = parse_policy(files.files, registry=SignalRegistry(files.signals), where=files.where)
    return InForce(policy=parsed, since=files.since)


def _sources(stored: Sequence[StoredPolicy], running: Running) -> Sources:
    newest = {policy.ref.policy: policy for policy in stored}
    return Sources(
        current=tuple(_as_files(policy) for policy in newest.values()),
        past=tuple(_as_files(policy) for policy in stored if policy is not newest[policy.ref.policy]),
        detectors=running.detectors,
        shadow=running.shadow,
    )


def _with_chosen(named: Sequence[PolicyFiles], stored: Sequence[StoredPolicy], running: Running) -> Tools:
    """The policies named, those that go on beside them, and all that judged before."""
    chosen = [_dated(files, stored) for files in named]
    hashes = {content_hash(files.files) for files in chosen}
    before = [policy for policy in stored if policy.ref.content_hash not in hashes]
    past = tuple(_as_files(policy) for policy in before)
    sources = Sources(current=tuple(chosen), past=past, detectors=running.detectors, shadow=running.shadow)
    tools = Tools(sources)
    replaced = [one.policy.ref.policy for one in tools.current]
    if len(set(replaced)) < len(replaced):
        raise BadInput(
            f"two of the folders hold the policy {max(replaced, key=replaced.count)}",
            mend="name one folder for each policy",
        )
    newest = {policy.ref.policy: policy for policy in stored}
    beside = [policy for name, policy in newest.items() if name not in replaced]
    if not beside:
        return tools
    return Tools(
        replace(
            sources,
            current=(*chosen, *(_as_files(policy) for policy in beside)),
            past=tuple(_as_files(policy) for policy in before if policy not in beside),
        )
    )


def _record(app: App, tx: sa.Connection, policy: StoredPolicy) -> None:
    """Put a version in force from now on, if its policy's newest version is another; with the event."""
    known = registers.policies(tx)
    newest = {old.ref.policy: old.ref for old in known}
    if newest.get(policy.ref.policy) == policy.ref:
        return
    _refuse_reworded(known, policy)
    registers.put_in_force(tx, policy)
    facts = {
        "version": policy.ref.version,
        "policy_hash": policy.ref.content_hash,
        "in_force_from": policy.in_force_from.isoformat(),
    }
    event = events.Event(
        stream=f"policy:{policy.ref.policy}", type="policy.in_force", at=app.clock(), groups={"facts": facts}
    )
    events.append(tx, [event], app.entropy)


def _dated(files: PolicyFiles, stored: Sequence[StoredPolicy]) -> PolicyFiles:
    """A version that the store has already is in force since then, if no newer one of its policy followed."""
    newest = {policy.ref.policy: policy for policy in stored}
    wanted = content_hash(files.files)
    for policy in newest.values():
        if policy.ref.content_hash == wanted:
            return replace(files, since=policy.in_force_from)
    return files


def _as_files(policy: StoredPolicy) -> PolicyFiles:
    where = f"{policy.ref.policy} {policy.ref.version}"
    return PolicyFiles(where=where, files=policy.files, since=policy.in_force_from, signals=policy.signals)


def _refuse_reworded(stored: Sequence[StoredPolicy], policy: StoredPolicy) -> None:
    """Refuse a document that says it is a version which the store knows with other words."""
    for old in stored:
        same_name = (old.ref.policy, old.ref.version) == (policy.ref.policy, policy.ref.version)
        if same_name and old.ref.content_hash != policy.ref.content_hash:
            raise Refused(
                f"policy {policy.ref.policy} {policy.ref.version} is in this store with other words"
                f" ({old.ref.content_hash[:12]}, not {policy.ref.content_hash[:12]})",
                mend="give the changed document a new version in its settings block",
            )
