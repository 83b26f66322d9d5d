"""One value at a time: the exact rules, and the words for what is wrong.

Whole columns are read faster elsewhere, by these same rules; a value lands here when its column is mixed or
something in it does not fit. Each function raises `BadInput` with a message that continues "the column ...".
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Final

import msgspec

from evenhand.errors import BadInput

from ._schema import KNOWN, LIMITS, LINE_LIMIT, NAME_LIMIT, VALUE_LIMIT, Holds

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST: Final = int(datetime(1990, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
"""Microseconds since 1970. Nothing that this is for was posted before; 0 and 1 for "no time" are."""

AHEAD: Final = timedelta(hours=24)
"""How far a clock may run ahead of ours: every time zone's mistake fits in, a wrong unit does not."""

INT64_MAX: Final = (1 << 63) - 1

_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d{1,9})\d*)?)?)?"
    r"(?:([Zz])|([+-])(\d\d)(?::?(\d\d))?)?",
    re.ASCII,
)
_NUMBER = re.compile(r"[+-]?\d{1,32}(\.\d{1,32})?([eE][+-]?\d{1,3})?", re.ASCII)
_SEPARATORS = re.compile(r"[\s,]+")
_FLAGS: Final = MappingProxyType({"true": True, "false": False, "1": True, "0": False})


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970, exactly."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def shown(value: object) -> str:
    """A value as an error shows it: short, on one line, whatever it holds."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def as_words(value: object, limit: int = LINE_LIMIT) -> str | None:
    """A string as it is; a whole number as its digits.

    Raises:
        BadInput: Anything else; a NUL; bytes that were no UTF-8; more than `limit` bytes.
    """
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise BadInput(f"is {_what(value)}, expected a string", mend="write it as a string")
    if "\0" in value:
        raise BadInput("holds a NUL character, which no text needs", mend="remove the NUL characters")
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        raise BadInput("holds bytes that are not UTF-8", mend="write the file in UTF-8") from None
    if size > limit:
        raise BadInput(f"is {size} bytes long, expected at most {limit}", mend=_TOO_LONG_MEND[limit])
    return value


_TOO_LONG_MEND: Final = MappingProxyType(
    {
        LINE_LIMIT: "split the item or cut its text",
        NAME_LIMIT: "map the column that holds the short, stable name, or write a hash of the long one",
        VALUE_LIMIT: "cut the value, or leave it out",
    }
)


def as_name(value: object, limit: int = VALUE_LIMIT) -> str | None:
    """As `as_words`; the empty string is None."""
    return as_words(value, limit) or None


def as_time(value: object, latest: int) -> int | None:
    """A time in microseconds since 1970, from RFC 3339 or seconds since 1970; finer digits are cut off.

    Args:
        value: A string of either form, a number of seconds, or nothing.
        latest: The last moment that is believed, in microseconds since 1970.

    Raises:
        BadInput: No time, no time zone, or one that cannot be true.
    """
    if value is None or value == "":
        return None
    if isinstance(value, str):
        moment = _seconds(float(value), value, latest) if _NUMBER.fullmatch(value) else _rfc3339(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        moment = _seconds(value, value, latest)
    else:
        raise BadInput(f"is {_what(value)}, expected a time", mend=_TIME_MEND)
    return believed(moment, value, latest)


_TIME_MEND: Final = "write 2026-05-01T12:30:00Z, or seconds since 1970"


def believed(moment: int, value: object, latest: int) -> int:
    """The moment itself, in microseconds since 1970, if it can be true.

    Raises:
        BadInput: It lies before 1990, or more than a day ahead.
    """
    if moment < EARLIEST:
        raise BadInput(
            f"is {shown(value)}, which is before 1990",
            mend="leave the field out where the time is not known; a number is seconds since 1970",
        )
    if moment > latest:
        raise BadInput(
            f"is {shown(value)}, which is more than 24 hours ahead of now",
            mend="correct the clock or the time zone that wrote it; a number is seconds since 1970",
        )
    return moment


def _seconds(seconds: float, value: object, latest: int) -> int:
    if not -INT64_MAX <= seconds <= INT64_MAX:  # nor is a NaN
        raise BadInput(f"is {shown(value)}, expected a finite number", mend=_TIME_MEND)
    for unit, parts in (("milliseconds", 10**3), ("microseconds", 10**6), ("nanoseconds", 10**9)):
        scaled = seconds * 1_000_000 / parts
        if seconds * 1_000_000 > latest and EARLIEST <= scaled <= latest:
            raise BadInput(
                f"is {shown(value)}, which looks like {unit}, expected seconds since 1970",
                mend=f"divide by {parts}",
            )
    return round(seconds * 1_000_000)


def _rfc3339(value: str) -> int:
    match = _RFC3339.fullmatch(value)
    if match is None:
        raise BadInput(f"is {shown(value)}, expected a time as in RFC 3339", mend=_TIME_MEND)
    year, month, day, hour, minute, second, fraction, zulu, sign, zone_hours, zone_minutes = match.groups()
    if zulu is None and sign is None:
        raise BadInput(
            f"is {shown(value)}, which has no time zone", mend="add Z, or an offset such as +02:00"
        )
    try:
        offset = timedelta(hours=int(zone_hours or 0), minutes=int(zone_minutes or 0))
        moment = datetime(
            int(year), int(month), int(day), int(hour), int(minute or 0), int(second or 0), tzinfo=UTC
        )
        timezone(offset)  # an offset of a day or more is refused here
    except ValueError as wrong:
        raise BadInput(f"is {shown(value)}, which is no time: {wrong}", mend=_TIME_MEND) from None
    shift = microseconds(EPOCH + offset)
    finer = int((fraction or "").ljust(6, "0")[:6])
    return microseconds(moment) + finer + (shift if sign == "-" else -shift)


def as_count(value: object) -> int | None:
    """A whole number from 0 to the largest that 64 bits hold; `5.0` is 5.

    Raises:
        BadInput: Anything else, true and false included.
    """
    if value is None or value == "":
        return None
    number = _number(value)
    if number is None or number != number or number in (math.inf, -math.inf) or number != int(number):  # noqa: PLR0124  # NaN is what differs from itself
        raise BadInput(f"is {shown(value)}, expected a whole number", mend="write digits, or leave it out")
    if not 0 <= number <= INT64_MAX:
        raise BadInput(f"is {shown(value)}, expected a number from 0 to {INT64_MAX}", mend="leave it out")
    return int(number)


def _number(value: object) -> int | float | None:
    if isinstance(value, str):
        match = _NUMBER.fullmatch(value)
        if match is None:
            return None
        return float(value) if match[1] or match[2] else int(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return None


def as_flag(value: object) -> bool | None:
    """True or false; also as a word in any case, or as 1 or 0.

    Raises:
        BadInput: Anything else.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return value
    found = _FLAGS.get(str(value).lower()) if isinstance(value, str | int) else None
    if found is None:
        raise BadInput(f"is {shown(value)}, expected true or false", mend="write true or false")
    return found


def as_names(value: object) -> list[str]:
    """A list of strings; a string is read as a JSON array, or split at white space and commas.

    Raises:
        BadInput: Anything else, or a list that holds anything but strings and whole numbers.
    """
    if value is None:
        return []
    if isinstance(value, str):
        if not value.lstrip().startswith("["):
            return [as_words(part, VALUE_LIMIT) or "" for part in _SEPARATORS.split(value) if part]
        try:
            value = msgspec.json.decode(value)
        except (ValueError, RecursionError):
            raise BadInput(f"is {shown(value)}, which is no JSON array", mend=_NAMES_MEND) from None
    if not isinstance(value, list):
        raise BadInput(f"is {_what(value)}, expected a list of strings", mend=_NAMES_MEND)
    names = [as_words(part, VALUE_LIMIT) for part in value]
    if None in names:
        raise BadInput("is a list that holds null, expected strings", mend=_NAMES_MEND)
    return [name for name in names if name is not None]


_NAMES_MEND: Final = 'write a JSON array of strings such as ["ana","bo"], or words with commas between'


def _what(value: object) -> str:
    """What a value is, in the words of JSON where it has them."""
    names = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return f"{names.get(type(value), type(value).__name__)} ({shown(value)})"


def limit_of(name: str) -> int:
    """The most bytes that a value of a known column of strings may have."""
    return LIMITS.get(name, VALUE_LIMIT)


def reader(name: str, latest: int) -> Callable[[object], object]:
    """The function that reads one value of a known column."""
    limit = limit_of(name)
    readers: Mapping[Holds, Callable[[object], object]] = {
        Holds.WORDS: lambda value: as_words(value, limit),
        Holds.NAME: lambda value: as_name(value, limit),
        Holds.TIME: lambda value: as_time(value, latest),
        Holds.COUNT: as_count,
        Holds.FLAG: as_flag,
        Holds.NAMES: as_names,
    }
    return readers[KNOWN[name]]
