r"""The examples of a clause: posts that its rules bring to review, and posts that no rule may bring there.

    example  = ("catch" | "leave") ["(" setting {"," setting} ")"] ":" TEXT
    setting  = SIGNAL "=" (NUMBER | STRING | "true" | "false" | "unknown")

One stands on each line of an `examples` block. Its text is the rest of the line, in which `\n` is a line
break and `\\` a backslash. Blank lines, and lines that begin with `#`, say nothing. The first fault of a
line ends its reading; the other lines are read all the same.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NoReturn, assert_never

from evenhand.vocabulary import ClauseId, Signal, SignalRegistry, SignalType

from ._document import Section
from ._inputs import NUMERIC
from ._lexer import unquoted
from ._source import Faults, Place, nearest
from ._written import quoted

MAX_EXAMPLES = 2_000
MAX_TEXT = 10_000

Value = float | bool | str | None

_EXPECTED = ("catch", "leave")
_FORM = "write catch: or leave:, and the text of a post"
_BLANK = re.compile(r"[ \t]*")
_BEGINNING = re.compile(r"[^\s(:]*")
_NAME = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*", re.ASCII)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_VALUE = re.compile(rf"{_STRING.pattern}|[^\s,):]*")
_NUMBER = re.compile(r"-?\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_ESCAPE = re.compile(r"\\(n|\\)")
_SHOWN = 40  # characters of what is quoted in a fault
_BELONGS = {
    SignalType.PROBABILITY: "a number from 0 to 1",
    SignalType.COUNT: "a whole number of 0 or more",
    SignalType.NUMBER: "a number",
    SignalType.FLAG: "true or false",
    SignalType.CATEGORY: 'a string between straight quotes, such as "post"',
}


@dataclass(frozen=True, slots=True)
class Example:
    """A post that shows what a policy does.

    Attributes:
        clause: The clause that it stands in.
        catch: True: at least one rule of the clause brings it to review. False: no rule of the policy does.
        text: The text of the post.
        signals: Each signal that is set, in the order written, with what it is set to: a number, a flag, or
            the name of a category; None for unknown.
        line: Where it stands in the document, from 1.
    """

    clause: ClauseId
    catch: bool
    text: str
    signals: tuple[tuple[str, Value], ...]
    line: int


def read_examples(
    sections: Sequence[Section], registry: SignalRegistry, faults: Faults
) -> tuple[Example, ...]:
    """The examples of a document, in its order; the faults of the others are noted."""
    found: list[Example] = []
    for count, (section, number) in enumerate(_written_lines(sections, faults)):
        if count == MAX_EXAMPLES:
            place = faults.source.line_place(number)
            faults.add(place, f"more than {MAX_EXAMPLES} examples", "keep those that show something")
            break
        try:
            found.append(_Reader(section.id, number, registry, faults).example())
        except _Stop:
            continue
    return tuple(found)


def written_example(example: Example) -> str:
    """The example as a policy writes it. Parsing that line gives the example back."""
    settings = ", ".join(f"{name} = {_written_value(value)}" for name, value in example.signals)
    expected = _EXPECTED[0] if example.catch else _EXPECTED[1]
    text = example.text.replace("\\", "\\\\").replace("\n", "\\n")
    return f"{expected}{f' ({settings})' if settings else ''}: {text}"


def _written_lines(sections: Sequence[Section], faults: Faults) -> Iterator[tuple[Section, int]]:
    """Each line that holds an example, by its number from 0, with the clause that it stands in."""
    for section in sections:
        for block in section.blocks:
            if block.kind == "examples":
                first, end = block.lines
                for number in range(first + 1, end - 1):
                    line = faults.source.line(number).strip(" \t")
                    if line and not line.startswith("#"):
                        yield section, number


class _Stop(Exception):
    """The fault is noted; nothing more can be read in this line."""


class _Reader:
    """Reads one line from left to right."""

    def __init__(self, clause: str, number: int, registry: SignalRegistry, faults: Faults) -> None:
        self._clause = clause
        self._number = number
        self._line = faults.source.line(number).rstrip(" \t")
        self._registry = registry
        self._faults = faults
        self._at = 0

    def example(self) -> Example:
        """The whole line."""
        self._skip()
        catch = self._expected() == _EXPECTED[0]
        signals: dict[str, Value] = {}
        if self._sees("("):
            self._settings(signals)
        self._skip()
        if not self._sees(":"):
            self._fail(f"has {self._seen()} where : belongs", "write : before the text", self._at)
        self._skip()
        return Example(
            clause=ClauseId(self._clause),
            catch=catch,
            text=self._text(),
            signals=tuple(signals.items()),
            line=self._number + 1,
        )

    def _expected(self) -> str:
        start = self._at
        word = self._take(_BEGINNING)
        if word not in _EXPECTED:
            meant = nearest(word.lower(), _EXPECTED)
            found = f"begins with `{_short(word)}`" if word else "does not say what is expected"
            self._fail(found, f"did you mean {meant}?" if meant else _FORM, start)
        self._skip()
        return word

    def _settings(self, signals: dict[str, Value]) -> None:
        while True:
            self._skip()
            self._setting(signals)
            self._skip()
            if self._sees(")"):
                return
            if not self._sees(","):
                mend = "write , before the next signal, or ) behind the last"
                self._fail(f"has {self._seen()} behind a value", mend, self._at)

    def _setting(self, signals: dict[str, Value]) -> None:
        start = self._at
        signal = self._signal(self._take(_NAME), start)
        if signal.name in signals:
            self._fail(f"sets `{signal.name}` twice", "set it once", start)
        self._skip()
        if not self._sees("=") or self._sees("="):
            self._fail(f"does not say what `{signal.name}` is", f"write {signal.name} = ...", start)
        self._skip()
        signals[signal.name] = self._value(signal)

    def _signal(self, name: str, start: int) -> Signal:
        if not name:
            mend = "name a signal, such as item.mentions = 1"
            self._fail(f"has {self._seen()} where a signal belongs", mend, start)
        signal = self._registry.get(name)
        if signal is None:
            meant = nearest(name, tuple(self._registry))
            kinds = sorted({known.partition(".")[0] for known in self._registry})
            mend = f"did you mean {meant}?" if meant else f"signals begin with {', '.join(kinds)}"
            self._fail(f"sets `{_short(name)}`, which is no signal", mend, start)
        if signal.type is SignalType.TEXT:
            self._fail(f"sets the text `{name}`", "write the text behind the colon", start)
        return signal

    def _value(self, signal: Signal) -> Value:
        start = self._at
        written = self._take(_VALUE)
        if written == "unknown":
            return None
        value = _read_value(written)
        if not _fits(signal, value):
            found = f"sets the {signal.type} `{signal.name}` to {_short(written) or 'nothing'}"
            self._fail(found, f"write {_BELONGS[signal.type]}, or unknown", start)
        return value

    def _text(self) -> str:
        start = self._at
        text = _ESCAPE.sub(lambda one: "\n" if one[1] == "n" else "\\", self._line[start:])
        if not text:
            self._fail("has no text", "write the post behind the colon", start)
        if len(text) > MAX_TEXT:
            self._fail(
                f"has a text of more than {MAX_TEXT} characters", "cut it to what shows the rule", start
            )
        return text

    def _skip(self) -> None:
        self._take(_BLANK)

    def _take(self, form: re.Pattern[str]) -> str:
        match = form.match(self._line, self._at)
        taken = match[0] if match else ""
        self._at += len(taken)
        return taken

    def _sees(self, sign: str) -> bool:
        """Whether a sign stands here; if so it is read."""
        if not self._line.startswith(sign, self._at):
            return False
        self._at += len(sign)
        return True

    def _seen(self) -> str:
        return _short(self._line[self._at : self._at + 1]) or "the end of the line"

    def _fail(self, found: str, mend: str, at: int) -> NoReturn:
        start = self._faults.source.line_starts[self._number] + at
        self._faults.add(Place(start, start), f"an example of clause {self._clause} {found}", mend)
        raise _Stop


def _read_value(written: str) -> Value:
    """What a value says; None where that is nothing."""
    if written in {"true", "false"}:
        return written == "true"
    if _NUMBER.fullmatch(written):
        return float(written.replace("_", ""))
    return unquoted(written[1:-1]) if _STRING.fullmatch(written) else None


def _fits(signal: Signal, value: Value) -> bool:
    """Whether a signal can be what was read."""
    match value:
        case bool():
            return signal.type is SignalType.FLAG
        case float():
            return signal.type in NUMERIC and _in_range(signal.type, value)
        case str():
            return signal.type is SignalType.CATEGORY and bool(value.strip())
        case None:
            return False
        case _:
            assert_never(value)


def _in_range(kind: SignalType, value: float) -> bool:
    if kind is SignalType.NUMBER:
        return math.isfinite(value)
    return 0 <= value <= 1 if kind is SignalType.PROBABILITY else value >= 0 and value.is_integer()


def _written_value(value: Value) -> str:
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return {True: "true", False: "false", None: "unknown"}[value]


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
