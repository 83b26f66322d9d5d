"""The staff register, and the settings of an installation."""

import re
from collections.abc import Collection

from evenhand.errors import BadInput, Refused
from evenhand.store import events, registers
from evenhand.vocabulary import StaffMember, StaffName

from ._app import App
from ._detectors import DEFAULT_DETECTORS, DetectorSpec, known_detectors, load_detectors

SETTINGS = {
    "complaints-to": "where a person complains about a decision: an address or a page; every notice says it",
    "detectors": "the detectors that a scan runs, in order, with commas between them",
    "history-days": "how many days items stay in the history before `evenhand history expire` deletes them",
}
SHADOW = "shadow"  # a setting that `evenhand detectors shadow` and `stop` alone put
LONGEST_HISTORY = 36_500  # days: a century, and still a date that a calendar can say
DEFAULTS = {"detectors": ",".join(DEFAULT_DETECTORS), "history-days": "180"}


_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def add_staff(app: App, name: str) -> StaffMember:
    """Put a name into the register.

    Raises:
        BadInput: The name is not plain: two names that look alike would be two people to the store and one to
            everybody who reads it.
        Refused: It is there already.
    """
    if not _NAME.fullmatch(name) or name.endswith("."):
        raise BadInput(
            f"{name!a} is no name for the register",
            mend="use at most 64 of the small letters a to z, digits, dot, hyphen and underscore; "
            "begin with a letter or digit, and do not end with a dot",
        )
    now = app.clock()
    with app.store.transaction() as tx:
        if registers.staff_member(tx, name):
            raise Refused(f"{name} is in the staff register already", mend="see `evenhand staff list`")
        pseudonym = _pseudonym(app, {other.pseudonym for other in registers.all_staff(tx)})
        member = StaffMember(name=StaffName(name), pseudonym=pseudonym, added_at=now)
        registers.add_staff(tx, member)
        added = {"internal": {"name": name, "pseudonym": member.pseudonym}}
        event = events.Event(stream="staff", type="staff.added", at=now, groups=added)
        events.append(tx, [event], app.entropy)
    return member


def _pseudonym(app: App, taken: Collection[str]) -> str:
    """A name for notices that nobody else has: `Reviewer 4M7Q`, longer where that is taken."""
    letters = app.new_id("r")[2:].upper()
    drawn = (f"Reviewer {letters[:length]}" for length in range(4, len(letters) + 1))
    return next(name for name in drawn if name not in taken)


def list_staff(app: App) -> list[StaffMember]:
    """The staff register."""
    with app.store.reading() as tx:
        return registers.all_staff(tx)


def put_setting(app: App, name: str, value: str) -> None:
    """Set a setting.

    Raises:
        BadInput: There is none of that name, or the value is none for it.
    """
    if name not in SETTINGS:
        raise BadInput(f"there is no setting {name!r}", mend=f"settings are {', '.join(SETTINGS)}")
    if not value.strip() or any(ord(letter) < 32 for letter in value):
        raise BadInput(f"{name} needs a value on one line", mend=f"evenhand settings set {name} VALUE")
    if name == "history-days" and not _is_days(value):
        raise BadInput(
            f"history-days is {value[:40]!r}, expected a whole number of days from 1 to {LONGEST_HISTORY:,}",
            mend="for example 180",
        )
    if name == "complaints-to" and "@" not in value and not value.strip().startswith(("https://", "http://")):
        raise BadInput(
            f"complaints-to is {value!r}, expected an address or a page",
            mend="for example complaints@example.org or https://example.org/complaints",
        )
    if name == "detectors":
        _check_detectors(app, value)
    now = app.clock()
    with app.store.transaction() as tx:
        registers.put_setting(tx, name, value.strip())
        event = events.Event(
            stream="settings",
            type="setting.put",
            at=now,
            groups={"facts": {"name": name, "value": value.strip()}},
        )
        events.append(tx, [event], app.entropy)


def _check_detectors(app: App, value: str) -> None:
    """Refuse what is not installed, and a new model of one's own: `detectors activate` looks at it first."""
    specs = listed(value)
    known_detectors([DetectorSpec.parse(spec).name for spec in specs])
    load_detectors([spec for spec in specs if DetectorSpec.parse(spec).options], {})  # reads its options
    new = [spec for spec in specs if DetectorSpec.parse(spec).folder and spec not in detector_names(app)]
    if new:
        raise Refused(
            f"{new[0]} is a model of your own that is not at work",
            mend=f"evenhand detectors activate {new[0]} --as STAFF",
        )


def _is_days(value: str) -> bool:
    digits = value.strip()
    return digits.isascii() and digits.isdecimal() and len(digits) <= 5 and 0 < int(digits) <= LONGEST_HISTORY


def all_settings(app: App) -> dict[str, str]:
    """Every setting that has a value, defaults included."""
    with app.store.reading() as tx:
        return DEFAULTS | registers.all_settings(tx)


def detector_names(app: App) -> tuple[str, ...]:
    """The detectors that a scan runs, as specs."""
    return listed(all_settings(app)["detectors"])


def shadow_name(app: App) -> str:
    """The detector in shadow, as a spec; empty for none."""
    return all_settings(app).get(SHADOW, "")


def listed(value: str) -> tuple[str, ...]:
    """The parts of a setting that is a list."""
    return tuple(name.strip() for name in value.split(","))
