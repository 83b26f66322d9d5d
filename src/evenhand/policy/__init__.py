"""Policies: the document that people read is the document that the machine runs.

A policy is a folder with a `policy.md`. Its clauses say what people may not do and what may follow; its rules
say when a person should look. `docs/reference/rule-language.md` describes both.

    policy = parse_policy(files, registry=registry, where="policies/hateful-conduct")
    program = Program.compile([policy], registry)
    outcome = evaluate(batch, program, Snapshot())
    program.recommendations(batch, outcome)
"""

from ._changes import Change, Condition, Part, PolicyDiff
from ._counter_reader import CounterReader
from ._counters import Counter, Tally
from ._describe import describe
from ._diff import Version, compare
from ._diff_conditions import Reach
from ._diff_words import describe_diff, words
from ._evaluate import evaluate
from ._examples import Example, written_example
from ._in_force import InForce, Judged, Timeline
from ._inputs import Snapshot
from ._labels import LABELS, labels_said
from ._outcome import Outcome
from ._policy import Clause, Policy, Rule
from ._program import Program, joint_counters
from ._read import ACTIONS, content_hash, parse_policy
from ._syntax import OnUnknown
from ._trials import Gap, Trial, gaps, try_examples, with_settings

__all__ = [
    "ACTIONS",
    "LABELS",
    "Change",
    "Clause",
    "Condition",
    "Counter",
    "CounterReader",
    "Example",
    "Gap",
    "InForce",
    "Judged",
    "OnUnknown",
    "Outcome",
    "Part",
    "Policy",
    "PolicyDiff",
    "Program",
    "Reach",
    "Rule",
    "Snapshot",
    "Tally",
    "Timeline",
    "Trial",
    "Version",
    "compare",
    "content_hash",
    "describe",
    "describe_diff",
    "evaluate",
    "gaps",
    "joint_counters",
    "labels_said",
    "parse_policy",
    "try_examples",
    "with_settings",
    "words",
    "written_example",
]
