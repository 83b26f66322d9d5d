"""What changed between two versions of a policy, as a page and as JSON."""

import re
from dataclasses import asdict

from rich.console import Console

from evenhand.policy import Change, Condition, PolicyDiff, describe_diff, words

from ._output import printable


def diff_page(console: Console, diff: PolicyDiff) -> None:
    """Print the changes in words."""
    console.print(printable(describe_diff(diff)), markup=False, soft_wrap=True, end="")


def diff_record(diff: PolicyDiff) -> dict[str, object]:
    """The changes as JSON."""
    return {
        "policy": diff.new.policy,
        "old": diff.old,
        "new": diff.new,
        "same": diff.same,
        "changes": [_record(change) for change in diff.changes],
    }


def _record(change: Change) -> dict[str, object]:
    """A change as JSON: its kind, what it is about, its own fields, and the same in words."""
    fields = asdict(change)
    if isinstance(change, Condition):
        fields |= {"step": _kind(change.step), **fields["step"]}
    return {"change": _kind(change), **fields, "words": words(change)}


def _kind(one: object) -> str:
    """`bank_terms` for a `BankTerms`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(one).__name__).lower()
