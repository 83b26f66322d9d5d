"""What changed in the files of a policy's folder besides the document: its term banks, and whatever else."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

from evenhand.detect.terms import BankTerm, TermBank, parse_bank
from evenhand.errors import BadInput

from ._changes import Added, BankTerms, Change, Part, Removed, Replaced
from ._diff_conditions import compared
from ._policy import Rule
from ._read import DOCUMENT
from ._syntax import signals

Banks = Mapping[str, TermBank]
"""By name."""


def banks_of(files: Mapping[str, bytes]) -> Banks:
    """The term banks among the files of a folder.

    Raises:
        BadInput: One is malformed, or not in UTF-8.
    """
    found: dict[str, TermBank] = {}
    for name, content in files.items():
        if _is_bank(name):
            try:
                bank = parse_bank(content.decode(), name)
            except UnicodeDecodeError:
                raise BadInput(f"{name}: the bank is not in UTF-8", mend="save the file in UTF-8") from None
            found[bank.name] = bank
    return found


def unlike(old: Banks, new: Banks) -> frozenset[str]:
    """The signals of the banks that do not count the same in both versions."""
    return frozenset(
        bank.signal
        for bank in (*old.values(), *new.values())
        if _counts(old.get(bank.name)) != _counts(new.get(bank.name))
    )


def _counts(bank: TermBank | None) -> object:
    """All that what a bank counts depends on."""
    return bank and (bank.language if bank.only else "", frozenset(map(_written, bank.terms)))


def bank_changes(old: Banks, new: Banks, rules: Sequence[Rule]) -> Iterator[Change]:
    """What changed in the banks.

    Args:
        old: Those of the old version.
        new: Those of the new one.
        rules: Of both versions: those that read a bank are named with its terms.
    """
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        if before is None and after is not None:
            yield Added(part=Part.BANK, name=name, text=_summary(after))
        elif after is None and before is not None:
            yield Removed(part=Part.BANK, name=name, text=_summary(before))
        elif before is not None and after is not None:
            yield from _bank(before, after, rules)


def file_changes(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Iterator[Change]:
    """Files that are neither the document nor a bank: that they came, went, or hold something else."""
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        if name == DOCUMENT or _is_bank(name) or before == after:
            continue
        if before is None and after is not None:
            yield Added(part=Part.FILE, name=name, text=_size(after))
        elif after is None and before is not None:
            yield Removed(part=Part.FILE, name=name, text=_size(before))
        elif before is not None and after is not None:
            yield Replaced(part=Part.FILE, name=name, field="content", old=_size(before), new=_size(after))


def _is_bank(name: str) -> bool:
    return name.startswith("terms/") and name.endswith(".txt")


def _size(content: bytes) -> str:
    return f"{len(content)} bytes, sha256 {sha256(content).hexdigest()[:16]}"


def _summary(bank: TermBank) -> str:
    return f"{bank.meaning} {len(bank.terms)} terms"


def _bank(old: TermBank, new: TermBank, rules: Sequence[Rule]) -> Iterator[Change]:
    """What changed of a bank that both versions have."""
    for field, before, after in (
        ("meaning", old.meaning, new.meaning),
        ("language", _language(old), _language(new)),
    ):
        if before != after:
            yield Replaced(part=Part.BANK, name=new.name, field=field, old=before, new=after)
    _, removed, added = compared(list(map(_written, old.terms)), list(map(_written, new.terms)))
    if removed or added:
        reading = sorted({rule.name for rule in rules if new.signal in read_by(rule)})
        yield BankTerms(part=Part.BANK, name=new.name, removed=removed, added=added, read_by=tuple(reading))


def _language(bank: TermBank) -> str:
    return f"{bank.language} only" if bank.only else bank.language


def _written(term: BankTerm) -> str:
    """As a bank would write it, folded, with what it needs."""
    needs = ", ".join(term.written_needs)
    return f"{term.written} | needs: {needs}" if needs else term.written


def read_by(rule: Rule) -> frozenset[str]:
    """The signals that a rule reads."""
    return signals(rule.when) | (frozenset() if rule.unless is None else signals(rule.unless))
