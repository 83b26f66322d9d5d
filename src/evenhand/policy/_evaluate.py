"""The one way to run a program: online in small batches, over history in large ones.

program = Program.compile([policy], registry)
outcome = evaluate(batch, program, Snapshot())
program.recommendations(batch, outcome)
"""

import numpy as np

from evenhand.errors import Refused
from evenhand.vocabulary import Batch, Bools

from ._inputs import Inputs, Snapshot
from ._outcome import Ints, Outcome
from ._program import Program
from ._syntax import OnUnknown

BLOCK = 4_096
"""Items looked at together: what they need stays in a core's second-level cache."""
_Found = tuple[Ints, Ints, Bools]  # rows, rules, undecided


def evaluate(batch: Batch, program: Program, snapshot: Snapshot) -> Outcome:
    """Say which rules speak about which items.

    What is said of an item depends on that item, the program and the snapshot alone; how items are batched
    changes nothing.

    Raises:
        Refused: A rule that says `on unknown fail` could not be decided.
        BadInput: A column does not hold what its signal promises.
    """
    inputs = program.inputs(batch, snapshot)
    roots = program.plan.roots
    asking = np.array([[rule.on_unknown is OnUnknown.REVIEW] for rule in program.rules], dtype=np.bool_)
    workspace = program.machine.workspace(min(BLOCK, inputs.rows))
    found: list[_Found] = [_pairs(np.zeros((0, 1), dtype=np.bool_), 0, undecided=False)]
    unknown = np.zeros(len(roots), dtype=np.int64)
    for start in range(0, inputs.rows, BLOCK):
        rows = slice(start, min(start + BLOCK, inputs.rows))
        masks = program.machine.run(inputs, rows, workspace)
        found.append(_pairs(masks.true[roots], start, undecided=False))
        undecided = masks.unknown(roots)
        if undecided is not None:
            unknown += np.count_nonzero(undecided, axis=1)
            found.append(_pairs(undecided & asking, start, undecided=True))
    missing = tuple(sorted(name for name, column in inputs.columns.items() if column is None))
    _refuse_failed(program, inputs, unknown, missing)
    return _ordered(program, found, unknown, missing)


def _pairs(speaks: Bools, start: int, *, undecided: bool) -> _Found:
    """The pairs of row and rule that stand in a mask of shape (rules, items)."""
    flat = np.flatnonzero(speaks)  # one dimension is several times faster than two
    rules, rows = np.divmod(flat, speaks.shape[1])
    return rows + start, rules, np.full(len(flat), undecided)


def _ordered(program: Program, found: list[_Found], unknown: Ints, missing: tuple[str, ...]) -> Outcome:
    rows = np.concatenate([each[0] for each in found])
    rules = np.concatenate([each[1] for each in found])
    undecided = np.concatenate([each[2] for each in found])
    order = np.lexsort((rules, program.priorities[rules], rows))
    return Outcome(rows[order], rules[order], undecided[order], unknown, missing)


def _refuse_failed(program: Program, inputs: Inputs, unknown: Ints, missing: tuple[str, ...]) -> None:
    for number in np.flatnonzero(unknown).tolist():
        rule = program.rules[number]
        if rule.on_unknown is OnUnknown.FAIL:
            reason = f"; nobody gives {', '.join(missing)}" if missing else ""
            raise Refused(
                f"rule {rule.name} could not be decided for {unknown[number]} of {inputs.rows} items{reason}",
                mend="install the detectors that give its signals, or write `on unknown review` in the rule",
            )
