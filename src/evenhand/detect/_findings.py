"""From columns to findings: only for what was surfaced."""

from collections.abc import Sequence

from evenhand.vocabulary import Batch, Finding

from ._base import Detector


def findings(batch: Batch, detectors: Sequence[Detector]) -> list[tuple[Finding, ...]]:
    """Per item what each detector saw at or over its published thresholds, with the spans that carried it.

    Args:
        batch: The surfaced items, with their signals.
        detectors: Those that examined them.
    """
    found: list[list[Finding]] = [[] for _ in range(len(batch))]
    for detector in detectors:
        spans = detector.spans(batch)
        for name, threshold in detector.thresholds.items():
            column = batch.signals[name]
            for row, value in enumerate(column.at(row) for row in range(len(batch))):
                if value is not None and not isinstance(value, str) and value >= threshold:
                    found[row].append(
                        Finding(
                            detector=detector.name,
                            version=detector.version,
                            signal=name,
                            score=float(value),
                            threshold=threshold,
                            spans=tuple(span for span in spans[row] if span.signal == name),
                        )
                    )
    return [tuple(items) for items in found]
