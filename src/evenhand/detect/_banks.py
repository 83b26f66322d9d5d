"""How a term bank is written, and what it is once it is read.

A bank is a text file in UTF-8, `terms/NAME.txt` in a policy's folder:

    bank: slurs
    meaning: Words made to degrade people for who they are.
    language: en

    # A line that starts with a number sign is a comment.
    subhuman*
    sand rats
    ape | needs: migrants, them, africa*

* The header comes first: `bank` (lower case letters, digits and `_`, a letter first), `meaning` (one sentence
  for the author of a policy) and `language` (a BCP 47 tag, `mul` for several), each once, in any order.
* `language: en` says whose words these are, and nothing more: they are found in every item, whatever language
  it states, because on many platforms whoever posts picks the language. `language: en only` is for words that
  mean something harmless elsewhere: they count in no item that states another language.
* Then one term a line: a word or a phrase, found as a whole: `ape` is not found in `apes` or `shape`.
* A trailing `*` frees the end: `subhuman*` is also found in `subhumans`.
* `| needs: WORD, WORD*` after a term: it counts only in a text that also has at least one of these words,
  whole or as a stem. None of them may be found in the term itself.
* Terms are folded as texts are, so case, accents and leetspeak need no terms of their own. Two terms of one
  bank that fold to the same are refused, and so is one that folds to nothing.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from evenhand.errors import BadInput
from evenhand.intake import fold

from ._literals import Literal, Literals

__all__ = ["BankTerm", "TermBank", "parse_bank"]

_HEADER = re.compile(r"(bank|meaning|language):(.*)")
_FIELDS = {
    "bank": (re.compile(r"[a-z][a-z0-9_]*"), "lower case letters, digits and _, a letter first"),
    "meaning": (re.compile(r".+"), "one sentence for the author of a policy"),
    "language": (
        re.compile(r"(?!mul only)[a-z]{2,3}(-[A-Za-z0-9]{2,8})*( only)?"),
        "a language tag like en, pt-BR or mul, or one language with `only` after it",
    ),
}
_ONLY = " only"
_NEEDS = re.compile(r"\|\s*needs:(.*)")


@dataclass(frozen=True, slots=True)
class BankTerm:
    """One line of a bank.

    Attributes:
        literal: What is found, folded.
        needs: Folded words of which the text must have one for the term to count; empty if none is needed.
        line: Its line in the file, from 1.
    """

    literal: Literal
    needs: tuple[Literal, ...]
    line: int

    @property
    def written(self) -> str:
        """As a bank would write it, folded: with its star, without what it needs."""
        return _written(self.literal)

    @property
    def written_needs(self) -> tuple[str, ...]:
        """The words that it needs, in the same way."""
        return tuple(_written(need) for need in self.needs)


@dataclass(frozen=True, slots=True)
class TermBank:
    """A list of terms with a name that rules ask for.

    Attributes:
        name: As in the signal `terms.NAME`.
        meaning: One sentence for the author of a policy.
        language: A BCP 47 tag; `mul` for several.
        terms: In the order of the file, at least one.
        only: Whether its terms count in no item that states another language.
    """

    name: str
    meaning: str
    language: str
    terms: tuple[BankTerm, ...]
    only: bool = False

    @property
    def signal(self) -> str:
        """The signal that counts its terms."""
        return f"terms.{self.name}"


def parse_bank(text: str, name_of_file: str) -> TermBank:
    """Parse one bank.

    Raises:
        BadInput: Something in it is not as the format says; the message names file and line.
    """
    header: dict[str, str] = {}
    terms: list[BankTerm] = []
    seen: dict[Literal, int] = {}
    lines = text.removeprefix("\ufeff").splitlines()
    forms = _forms(lines)
    for number, raw in enumerate(lines, start=1):
        line, where = raw.strip(), f"{name_of_file}:{number}"
        if not line or line.startswith("#"):
            continue
        if len(header) < len(_FIELDS):
            name, value = _header_line(line, where)
            if name in header:
                raise BadInput(f"{where}: {name!r} is given a second time", mend="keep one of the two")
            header[name] = value
            continue
        term = _term(line, number, where, forms)
        if term.literal in seen:
            raise BadInput(
                f"{where}: {term.literal.text!r} stands in line {seen[term.literal]} already, as folded",
                mend="take one of the two lines out",
            )
        seen[term.literal] = number
        terms.append(term)
    if not terms:
        missing = " and ".join(name for name in _FIELDS if name not in header)
        raise BadInput(
            f"{name_of_file}: the bank has no {missing or 'terms'}",
            mend="begin with bank, meaning and language, then one term a line",
        )
    language = header["language"]
    return TermBank(
        name=header["bank"],
        meaning=header["meaning"],
        language=language.removesuffix(_ONLY),
        terms=tuple(terms),
        only=language.endswith(_ONLY),
    )


def _header_line(line: str, where: str) -> tuple[str, str]:
    parts = _HEADER.fullmatch(line)
    if not parts:
        raise BadInput(
            f"{where}: found {line!r} before the header is complete",
            mend="begin the file with the lines `bank: ...`, `meaning: ...` and `language: ...`",
        )
    name, value = parts[1], parts[2].strip()
    pattern, expected = _FIELDS[name]
    if not pattern.fullmatch(value):
        raise BadInput(f"{where}: {name} is {value!r}, expected {expected}", mend=f"write {name}: {expected}")
    return name, value


def _forms(lines: Sequence[str]) -> dict[str, str]:
    """Every word or phrase of a file with its folded form: one call folds them all."""
    words: set[str] = set()
    for line in lines:
        text, _, suffix = line.partition("|")
        needs = _NEEDS.fullmatch(f"|{suffix}")
        words.update(_bare(word) for word in (text, *(needs[1].split(",") if needs else ())))
    listed = sorted(words)
    return dict(zip(listed, fold(listed), strict=True))


def _written(literal: Literal) -> str:
    return f"{literal.text}*" if literal.stem else literal.text


def _bare(written: str) -> str:
    return written.strip().removesuffix("*")


def _term(line: str, number: int, where: str, forms: Mapping[str, str]) -> BankTerm:
    """One term with what it needs."""
    text, bar, suffix = line.partition("|")
    needs: tuple[Literal, ...] = ()
    if bar:
        parts = _NEEDS.fullmatch(f"|{suffix}")
        if not parts:
            raise BadInput(
                f"{where}: found `|{suffix}` after a term, expected `| needs: word, word`",
                mend="write what the term needs, or take the bar out",
            )
        needs = tuple(_literal(word, where, forms) for word in parts[1].split(","))
    literal = _literal(text, where, forms)
    if needs and _finder(needs).present([literal.text]).any():
        raise BadInput(
            f"{where}: {literal.text!r} holds a word that it needs, so it would always count",
            mend="take that word out of what it needs",
        )
    return BankTerm(literal, needs, number)


@lru_cache(maxsize=1024)
def _finder(needs: tuple[Literal, ...]) -> Literals:
    """What many terms need together is often the same."""
    return Literals(needs)


def _literal(written: str, where: str, forms: Mapping[str, str]) -> Literal:
    word = written.strip()
    folded = forms[_bare(word)].strip()
    if not folded or "*" in folded:
        raise BadInput(
            f"{where}: {word!r} is no term, expected a word or phrase with a * at its end or none",
            mend="write letters to look for; a star can only free the end",
        )
    return Literal(folded, whole_word=True, stem=word.endswith("*"))
