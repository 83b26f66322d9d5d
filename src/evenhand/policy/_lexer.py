r"""The words of a rule, each with its place.

A string stands between double quotes on one line. A backslash keeps the character after it as it is, so
that patterns read as they do elsewhere; only `\"` loses its backslash.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from ._source import Faults, Place


class Kind(Enum):
    """What a token is."""

    WORD = auto()  # a keyword or a signal
    NUMBER = auto()
    STRING = auto()
    SIGN = auto()  # an operator, a bracket or a comma
    END = auto()  # of the block


@dataclass(frozen=True, slots=True)
class Token:
    r"""One word of a rule.

    Attributes:
        kind: What it is.
        text: As written; of a string, what stands between the quotes with `\"` undone.
        place: Where it stands in the document.
    """

    kind: Kind
    text: str
    place: Place


_TOKEN = re.compile(
    r"""
    (?P<blank>[ \t\n]+|\#[^\n]*)
  | (?P<number>\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?)
  | (?P<word>[A-Za-z_]\w*(?:\.\w+)*)
  | (?P<string>"(?:[^"\\\n]|\\[^\n])*")
  | (?P<sign>>=|<=|==|!=|[><+\-*/(),])
    """,
    re.VERBOSE | re.ASCII,
)
_FAULTS_AT_MOST = 20  # of one block: what follows is noise
_QUOTED_QUOTE = re.compile(r"\\(.)")
_ENDLESS = re.compile(r'"[^\n]*')
_CURLY = re.compile("[\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}'][^\n]*")
_MENDS = {
    "=": "write ==",
    "&&": "write and",
    "&": "write and",
    "||": "write or",
    "|": "write or",
    "!": "write not",
    "%": "write a share from 0 to 1, such as 0.93",
    ".": "write a digit before the point, such as 0.5",
    ";": "leave it out",
    "\N{GREATER-THAN OR EQUAL TO}": "write >=",
    "\N{LESS-THAN OR EQUAL TO}": "write <=",
    "\N{NOT EQUAL TO}": "write !=",
}


def tokens(text: str, place: Place, faults: Faults) -> list[Token] | None:
    """The tokens of one rule block, an END last; None, with the faults noted, if a character has no place."""
    before = len(faults.found)
    found = list(_scan(text, place, faults))
    return found if len(faults.found) == before else None


def _scan(text: str, place: Place, faults: Faults) -> Iterator[Token]:
    at, before = place.start, len(faults.found)
    while at < place.end and len(faults.found) - before < _FAULTS_AT_MOST:
        match = _TOKEN.match(text, at, place.end)
        if match is None:
            at = _stray(text, at, place.end, faults)
            continue
        here = Place(at, match.end())
        if match["string"] is not None:
            yield Token(Kind.STRING, unquoted(match["string"][1:-1]), here)
        elif match["number"] is not None:
            yield Token(Kind.NUMBER, match["number"], here)
        elif match["word"] is not None:
            yield Token(Kind.WORD, match["word"], here)
        elif match["sign"] is not None:
            yield Token(Kind.SIGN, match["sign"], here)
        at = match.end()
    yield Token(Kind.END, "", Place(place.end, place.end))


def unquoted(inside: str) -> str:
    r"""What a string says: what stands between its quotes, with `\"` undone."""
    return _QUOTED_QUOTE.sub(lambda pair: '"' if pair[1] == '"' else pair[0], inside)


def _stray(text: str, at: int, end: int, faults: Faults) -> int:
    """Note a fault at a character that begins no token; returns where to go on."""
    if endless := _ENDLESS.match(text, at, end):
        faults.add(Place(at, endless.end()), "a string has no end on its line", 'close it with "')
        return endless.end()
    if curly := _CURLY.match(text, at, end):
        faults.add(Place(at, at + 1), f"{text[at]} does not begin a string", 'write "straight double quotes"')
        return curly.end()
    sign = text[at : at + 2] if text[at : at + 2] in _MENDS else text[at]
    name = sign if sign.isascii() and sign.isprintable() else f"the character U+{ord(sign):04X}"
    mend = _MENDS.get(sign, "take it out; only strings hold other characters")
    faults.add(Place(at, at + len(sign)), f"{name} has no meaning in a rule", mend)
    return at + len(sign)
