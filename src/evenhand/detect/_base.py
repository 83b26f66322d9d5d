"""What a detector is. Yours comes in by an entry point of the group `evenhand.detectors`.

[project.entry-points."evenhand.detectors"]
shouting = "my_package:load"        # load() -> Detector
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from evenhand.vocabulary import Batch, Columns, Signal, Span


class Detector(Protocol):
    """Says what it saw in a batch of items. Never: read the network, read the clock, know the policy.

    An item's values are a function of that item and the detector alone: its neighbours in the batch change
    nothing. `tests/contracts/detector.py` holds what every detector must pass.

    Attributes:
        name: Lower case with hyphens, unique; recorded in every finding.
        version: Changes whenever any value could change; recorded in every finding.
        signals: The columns it adds.
        thresholds: Per signal the published threshold from which it counts as a finding.
    """

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def signals(self) -> Sequence[Signal]: ...
    @property
    def thresholds(self) -> Mapping[str, float]: ...

    def examine(self, batch: Batch) -> Columns:
        """One column of len(batch) per signal. A value it cannot know is unknown, never 0."""
        ...

    def spans(self, batch: Batch) -> list[tuple[Span, ...]]:
        """Per item the pieces of the original text that carried its signals; for surfaced items only."""
        ...


@runtime_checkable
class Embedder(Protocol):
    """What a detector may be besides: one that says which items are alike.

    Whoever decides a case about an item is then shown the nearest decided ones. `tests/contracts/detector.py`
    holds what every embedder must pass.

    Attributes:
        place_version: Changes whenever any place could change; places of one version can be compared.
    """

    @property
    def place_version(self) -> str: ...

    def vectors(self, batch: Batch) -> npt.NDArray[np.float32]:
        """Per item its place, shape (N, width), of length 1; zeros where it cannot be read.

        A place is a function of the item and `place_version` alone.
        """
        ...


class Shelf(Protocol):
    """What a detector may be made from. The app reads it from disk; a detector never does."""

    def model(self, name: str) -> Mapping[str, bytes]:
        """The files of one trained artefact, `models/NAME/`, by file name."""
        ...

    def banks(self) -> Mapping[str, bytes]:
        """The term banks of the policies in use: path for error messages -> content."""
        ...

    def options(self) -> str:
        """What the operator wrote behind the detector's name, `text-cascade:off`; empty for nothing."""
        ...


Loader = Callable[[Shelf], Detector]
"""What an entry point of the group `evenhand.detectors` names."""
