"""Running detectors over a batch."""

from collections.abc import Sequence

from evenhand.errors import BadInput
from evenhand.vocabulary import Batch, Signal

from ._base import Detector


def signals_of(detectors: Sequence[Detector]) -> list[Signal]:
    """Every signal that the detectors add."""
    return [signal for detector in detectors for signal in detector.signals]


def examine(batch: Batch, detectors: Sequence[Detector]) -> Batch:
    """The batch with the signals of every detector.

    Raises:
        BadInput: A detector delivers other columns, or another number of rows, than it promised.
    """
    for detector in detectors:
        columns = detector.examine(batch)
        promised = {signal.name for signal in detector.signals}
        short = {name for name, column in columns.items() if len(column) != len(batch)}
        if columns.keys() != promised or short:
            raise BadInput(
                f"detector {detector.name} {detector.version} gave {sorted(columns)} for {len(batch)} items,"
                f" expected {sorted(promised)}",
                mend="report it to whoever wrote the detector; its contract test would have found this",
            )
        batch = batch.with_signals(columns)
    return batch
