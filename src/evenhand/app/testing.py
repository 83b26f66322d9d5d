"""A policy held to its own examples: they are read as posts, examined, and given to its rules."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

import msgspec
import pyarrow as pa

from evenhand.detect import examine
from evenhand.errors import BadInput
from evenhand.intake import ITEM_SCHEMA, Format, read_items, to_batch
from evenhand.policy import Example, Gap, Policy, Trial, gaps, try_examples, with_settings

from ._tools import Tools
from .policies import tools_of

_STATED: Final = MappingProxyType(
    {
        "item.kind": "kind",
        "item.language": "language",
        "item.reach": "reach",
        "author.followers": "author_followers",
        "author.following": "author_following",
        "author.verified": "author_verified",
    }
)
"""Signals that a platform states with a post, by their column: detectors read some of them from the item."""


@dataclass(frozen=True, slots=True)
class PolicyTested:
    """What a policy does with its examples.

    Attributes:
        policy: The policy.
        document: What errors call its document.
        trials: What it does with each example, in the order of the document.
        gaps: What its examples do not show.
    """

    policy: Policy
    document: str
    trials: tuple[Trial, ...]
    gaps: tuple[Gap, ...]

    @property
    def failed(self) -> tuple[Trial, ...]:
        """The examples that do not hold."""
        return tuple(trial for trial in self.trials if not trial.holds)


def run_examples(folder: Path, now: datetime) -> PolicyTested:
    """Run the examples of one policy: a folder, or one of the shipped ones by its name.

    Raises:
        RuleError: It does not compile; the message points at each place.
        BadInput: An example is no post that intake would accept.
    """
    return tested(tools_of(folder, now), now)


def tested(tools: Tools, now: datetime) -> PolicyTested:
    """Run the examples of the one policy that some tools are for, with the tools' detectors.

    Raises:
        BadInput: An example is no post that intake would accept.
    """
    (version,), (files,) = tools.current, tools.sources.current
    policy = version.policy
    document = f"{files.where.rstrip('/')}/policy.md"
    posts = to_batch(_posts(policy.examples, document, now))
    batch = with_settings(policy, examine(posts, tools.detectors), tools.registry)
    trials = try_examples(policy, batch, tools.registry)
    return PolicyTested(policy, document, trials, gaps(policy, trials))


def _posts(examples: Sequence[Example], document: str, now: datetime) -> pa.Table:
    """The examples as posts that came in: one row for each, in their order."""
    rows = b"".join(msgspec.json.encode(_row(example)) + b"\n" for example in examples)
    chunks = list(read_items(io.BytesIO(rows), Format.JSONL, name=document, now=now))
    for chunk in chunks:
        for reject in chunk.rejects:
            line = examples[reject.line - 1].line
            raise BadInput(f"the example in {document}:{line} is no post: {reject.reason}", mend=reject.mend)
    return pa.concat_tables([ITEM_SCHEMA.empty_table(), *(chunk.items for chunk in chunks)])


def _row(example: Example) -> dict[str, object]:
    """An example as its platform would have stated it."""
    set_to = dict(example.signals)
    stated = {column: _whole(set_to[name]) for name, column in _STATED.items() if name in set_to}
    return {"id": str(example.line), "text": example.text, **stated}


def _whole(value: object) -> object:
    """Counts as whole numbers, which is how platforms state them."""
    return int(value) if isinstance(value, float) else value
