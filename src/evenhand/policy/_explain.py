"""Why a rule spoke: its conditions with the values they met, for what was surfaced."""

from dataclasses import dataclass

from evenhand.vocabulary import Column, Term

from ._inputs import Inputs
from ._leaves import Literals
from ._plan import Plan, Reading
from ._run import Masks
from ._syntax import Contains, Matches, signals
from ._written import written

Value = float | bool | str | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """The masks of one block, read back condition by condition.

    Attributes:
        inputs: What the block was worked out from, from its first row on.
        masks: What holds.
        found: Of each text signal the literals in each item.
    """

    inputs: Inputs
    masks: Masks
    found: dict[str, list[frozenset[str]]]

    @classmethod
    def of(cls, plan: Plan, inputs: Inputs, masks: Masks) -> "Explanation":
        """Look up the literals once for all."""
        found = {
            filler.group.signal: filler.group.words.found(inputs.texts[filler.group.signal])
            for filler in plan.fillers
            if isinstance(filler.group, Literals)
        }
        return cls(inputs, masks, found)

    def term(self, reading: Reading, row: int) -> Term:
        """One condition for one item."""
        holds = self._holds(reading, row)
        return Term(
            text=written(reading.expression), value=self._value(reading, row, holds=holds), holds=holds
        )

    def _holds(self, reading: Reading, row: int) -> bool | None:
        true, is_open = self.masks.true[reading.row, row], self.masks.open
        if is_open is not None and is_open[reading.row] and self.masks.possible[reading.row, row] != true:
            return None
        return bool(true) != reading.negated

    def _value(self, reading: Reading, row: int, *, holds: bool | None) -> Value:
        """What the item had: a number or a range, a category or a flag; of a text the literals in it."""
        if reading.number is not None:
            values, known, most = self.masks.numbers[reading.number]
            if known is not None and not known[row % len(known)]:
                return None
            value = float(values[row % len(values)])
            return value if most is None or most[row] == value else f"{value:g} to {most[row]:g}"
        match reading.expression:
            case Contains(signal=signal, literals=literals):
                there = self.found[signal.name][row]
                return ", ".join(literal.value for literal in literals if literal.value in there)
            case Matches():
                return holds
            case expression:
                (signal_read,) = signals(expression)
                return self._at(signal_read, row)

    def _at(self, signal: str, row: int) -> Value:
        if signal in self.inputs.texts:
            return True
        column: Column | None = self.inputs.columns[signal]
        return None if column is None else column.at(row)
