"""The TOML inside a `settings` or `clause` block, read key by key, each fault at its value."""

import re
import tomllib
from dataclasses import dataclass

from ._document import Block
from ._source import Faults, Place, nearest

MAX_BLOCK = 4_096
_MAX_BRACKETS = 32  # far more than any block needs, and far less than nesting that would exhaust a stack
_AT = re.compile(r" \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Fields:
    """What one block says.

    Attributes:
        owner: What faults call the block: `clause H2`.
        block: Where it stands.
        text: What stands between its fences.
        values: By key, as TOML has them; None where the TOML itself is at fault, which is noted already.
        faults: Where faults are noted.
    """

    owner: str
    block: Block
    text: str
    values: dict[str, object] | None
    faults: Faults

    @classmethod
    def read(cls, owner: str, block: Block, faults: Faults) -> "Fields":
        """Read the block; where the TOML is at fault, only that is noted."""
        text = faults.source.text[block.place.start : block.place.end]
        return cls(owner, block, text, _table(text, owner, block, faults), faults)

    def only(self, known: tuple[str, ...]) -> None:
        """Refuse keys that mean nothing."""
        for key in self.values or {}:
            if key not in known:
                meant = nearest(key, known)
                mend = f"did you mean {meant}?" if meant else f"known are {', '.join(known)}"
                self.faults.add(self._place(key, value=False), f"{self.owner} sets `{key}`", mend)

    def string(self, key: str, form: re.Pattern[str], mend: str, *, default: str | None = None) -> str:
        """A string of a form; the empty string, with the fault noted, without one."""
        value = (self.values or {}).get(key, default)
        if value is None:
            self._missing(key, mend)
            return ""
        if isinstance(value, str) and form.fullmatch(value):
            return value
        self.faults.add(self._place(key), f"{self.owner} has {key} = {_shown(value)}", mend)
        return ""

    def integer(self, key: str, low: int, high: int, mend: str) -> int:
        """A whole number from `low` to `high`; `low`, with the fault noted, without one."""
        value = (self.values or {}).get(key)
        if value is None:
            self._missing(key, mend)
        elif type(value) is int and low <= value <= high:  # not bool, which is an int too
            return value
        else:
            self.faults.add(self._place(key), f"{self.owner} has {key} = {_shown(value)}", mend)
        return low

    def choices(self, key: str, allowed: tuple[str, ...], *, needed: bool = True) -> tuple[str, ...]:
        """One or more of some words, each once; empty, with the fault noted, without them.

        A key that is not `needed` may be left out, but not left empty.
        """
        mend = f"list at least one of {', '.join(allowed)}"
        mend += "" if needed else ", or leave the key out"
        value = (self.values or {}).get(key)
        if value is None:
            if needed:
                self._missing(key, mend)
            return ()
        if not isinstance(value, list) or not value:
            self.faults.add(self._place(key), f"{self.owner} has {key} = {_shown(value)}", mend)
            return ()
        for index, word in enumerate(value):
            if word not in allowed:
                meant = nearest(word, allowed) if isinstance(word, str) else None
                said = f"did you mean {meant}?" if meant else mend
                self.faults.add(self._place(key), f"{self.owner} has {_shown(word)} in {key}", said)
            elif word in value[:index]:
                self.faults.add(self._place(key), f"{self.owner} has {word} twice in {key}", "list it once")
        return tuple(str(word) for word in value)

    def flag(self, key: str, mend: str) -> bool:
        """True or false; False where the key is left out, and, with the fault noted, without either."""
        value = (self.values or {}).get(key, False)
        if isinstance(value, bool):
            return value
        self.fault(key, f"has {key} = {_shown(value)}", mend)
        return False

    def fault(self, key: str, found: str, mend: str) -> None:
        """Note a fault at the value of a key."""
        self.faults.add(self._place(key), f"{self.owner} {found}", mend)

    def _missing(self, key: str, mend: str) -> None:
        given = [nearest(each, (key,)) for each in self.values or {}]
        if self.values is not None and key not in given:  # a key that is nearly this one is told of already
            self.faults.add(self.block.fence, f"{self.owner} does not set {key}", mend)

    def _place(self, key: str, *, value: bool = True) -> Place:
        """Where a key or its value stands."""
        name = re.escape(key)
        match = re.search(
            rf"(?m)^[ \t]*(?P<key>\[*(?:\"{name}\"|'{name}'|{name}))\b[ \t]*=?[ \t]*", self.text
        )
        if match is None:
            return self.block.fence
        start = self.block.place.start
        return Place(start + (match.end() if value else match.start("key")), start + match.end())


def _table(text: str, owner: str, block: Block, faults: Faults) -> dict[str, object] | None:
    if len(text) > MAX_BLOCK:
        faults.add(
            block.fence, f"{owner} is longer than {MAX_BLOCK} characters", "move prose out of the block"
        )
        return None
    if text.count("[") + text.count("{") > _MAX_BRACKETS:
        faults.add(
            block.fence, f"{owner} has more than {_MAX_BRACKETS} brackets", "write plain keys and lists"
        )
        return None
    try:
        return tomllib.loads(text)
    except ValueError as error:  # TOMLDecodeError, and what int() says of absurdly long numbers
        said = str(error)
        match = _AT.search(said)
        place = block.fence
        if match and match["line"]:
            lines = text.split("\n")[: int(match["line"]) - 1]
            offset = block.place.start + sum(len(line) + 1 for line in lines) + int(match["column"]) - 1
            place = Place(offset, offset)
        reason = said[: match.start()] if match else said
        mend = 'write lines such as severity = 4 or policy = "hateful-conduct"'
        faults.add(place, f"{owner} is no TOML: {reason[:1].lower()}{reason[1:]}", mend)
        return None


def _shown(value: object) -> str:
    text = f'"{value}"' if isinstance(value, str) else str(value)
    text = text.lower() if isinstance(value, bool) else text
    return text if len(text) <= 40 and text.isprintable() else "something else"
