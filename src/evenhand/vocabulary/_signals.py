"""Signals: the named, typed, documented columns that rules read.

registry = SignalRegistry(ITEM_SIGNALS).joined(detector.signals)
registry["text.hateful"].type  # SignalType.PROBABILITY
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from evenhand.errors import BadInput


class SignalType(StrEnum):
    """What a signal holds, and so what it may be compared with."""

    PROBABILITY = "probability"  # float64, 0 to 1
    COUNT = "count"  # float64, whole, 0 or more
    NUMBER = "number"  # float64, finite
    FLAG = "flag"  # bool
    CATEGORY = "category"  # one string of few; held as codes into categories
    TEXT = "text"  # free text; only contains, matches and bank conditions read it


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One column that rules can read.

    Attributes:
        name: Dotted and lower case, as a rule writes it: `text.hateful`, `author.followers`.
        type: What it holds.
        unit: Of a number: `days`, `accounts`; empty where the type says it all.
        meaning: One sentence for the author of a policy.
    """

    name: str
    type: SignalType
    unit: str = ""
    meaning: str


class SignalRegistry(Mapping[str, Signal]):
    """All signals of one installation, by name. Two signals of one name are refused."""

    def __init__(self, signals: Iterable[Signal] = ()) -> None:
        self._signals: dict[str, Signal] = {}
        for signal in signals:
            if signal.name in self._signals:
                raise BadInput(
                    f"two signals are called {signal.name!r}",
                    mend="rename the signal in one of the detectors",
                )
            self._signals[signal.name] = signal

    def joined(self, signals: Iterable[Signal]) -> "SignalRegistry":
        """This registry and `signals`; a name already taken is refused."""
        return SignalRegistry([*self._signals.values(), *signals])

    def __getitem__(self, name: str) -> Signal:
        return self._signals[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._signals)

    def __len__(self) -> int:
        return len(self._signals)
