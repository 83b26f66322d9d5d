"""The peers keep the contract and say what their packages say. Skipped where a package is not installed."""

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import entry_points
from importlib.util import find_spec
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pytest
from detector import DetectorContract

from build import a_batch
from evenhand.detect import Detector, Shelf
from evenhand.detect.peers import (
    PEER_SIGNALS,
    PeerDetector,
    load_alt_profanity_check,
    load_better_profanity,
)
from evenhand.errors import BadInput
from evenhand.vocabulary import Batch, SignalType

MODULES = {"profanity_check": load_alt_profanity_check, "better_profanity": load_better_profanity}
EXAMPLES = a_batch(
    [
        "What a shitty day, you bastard.",
        "The library opens at nine on Saturdays now.",
        "sh1t",
        "",
        "!",
        "Доброе утро, соседи",
        "SHIT " * 30,
        "x" * 70_000 + " shit",
    ]
)


class _Nothing:
    """A shelf with nothing on it: peers bring their own."""

    def model(self, name: str) -> Mapping[str, bytes]:
        raise AssertionError(name)

    def banks(self) -> Mapping[str, bytes]:
        raise AssertionError

    def options(self) -> str:
        raise AssertionError("it reads no options")


def loaded(module: str) -> Detector:
    """A peer whose package is installed; any detector where it is not, since its tests do not run then."""
    if find_spec(module) is None:
        return PeerDetector("peer-better-profanity", "0", lambda texts: np.zeros(len(texts)))
    return MODULES[module](_Nothing())


def needs(module: str) -> pytest.MarkDecorator:
    """Skips where a package is not installed."""
    missing = find_spec(module) is None
    return pytest.mark.skipif(missing, reason=f'{module} is not installed: pip install "evenhand[peers]"')


def scores(detector: Detector, *texts: str) -> list[float]:
    (column,) = detector.examine(a_batch(texts)).values()
    return [float(value) for value in column.values]


@needs("profanity_check")
class TestAltProfanityCheck(DetectorContract):
    detector: ClassVar[Detector] = loaded("profanity_check")
    examples: ClassVar[Batch] = EXAMPLES

    def test_it_says_what_the_package_says(self) -> None:
        """Of the text as posted, in a batch as alone."""
        from profanity_check import predict_prob  # noqa: PLC0415 - an optional dependency

        texts = ["You are a bastard.", "Good morning.", "sh1t"]

        assert scores(self.detector, *texts) == pytest.approx(list(predict_prob(texts)), abs=0)


@needs("better_profanity")
class TestBetterProfanity(DetectorContract):
    detector: ClassVar[Detector] = loaded("better_profanity")
    examples: ClassVar[Batch] = EXAMPLES

    def test_it_says_what_the_package_says(self) -> None:
        """Words that are remembered are judged as at first."""
        from better_profanity import profanity  # noqa: PLC0415 - an optional dependency

        texts = ["You bastard.", "Good morning.", "sh1t", "hand job", "hand_job", "hand", "b*tCh", "****"]

        said = [float(profanity.contains_profanity(text)) for text in texts]
        assert scores(self.detector, *texts) == said
        assert scores(self.detector, *texts) == said
        assert set(said) == {0, 1}


class TestEveryPeer:
    def test_two_peers_can_be_loaded_at_once(self) -> None:
        """Each has one probability under a name of its own, which a rule can read."""
        names = [signal.name for signal in PEER_SIGNALS.values()]

        assert len(set(names)) == len(names)
        assert all(name.replace(".", "").replace("_", "").isalpha() for name in names)
        assert {signal.type for signal in PEER_SIGNALS.values()} == {SignalType.PROBABILITY}

    def test_each_is_an_entry_point(self) -> None:
        """By the name that it gives itself; knowing the entry points imports no peer."""
        points = {point.name: point.value for point in entry_points(group="evenhand.detectors")}

        assert {name: value for name, value in points.items() if name.startswith("peer-")} == {
            "peer-alt-profanity-check": "evenhand.detect.peers:load_alt_profanity_check",
            "peer-better-profanity": "evenhand.detect.peers:load_better_profanity",
        }

    @pytest.mark.parametrize("module", sorted(MODULES))
    def test_a_missing_package_is_told_with_how_to_get_it(
        self, module: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        load: Callable[[Shelf], Detector] = MODULES[module]
        monkeypatch.setitem(sys.modules, module, None)

        with pytest.raises(BadInput, match="is not installed") as refused:
            load(_Nothing())

        assert refused.value.mend == 'pip install "evenhand[peers]"'

    def test_a_text_is_read_as_posted_and_no_further_than_by_others(self) -> None:
        """A peer is given what its users would give it, up to the length that any detector reads."""
        given: list[str] = []

        def judge(texts: Sequence[str]) -> npt.NDArray[np.float64]:
            given.extend(texts)
            return np.full(len(texts), 0.25)

        detector = PeerDetector("peer-better-profanity", "1.2", judge)

        (column,) = detector.examine(a_batch(["SH1T \u200b!", "y" * 70_000])).values()

        assert given == ["SH1T \u200b!", "y" * 65_536]
        assert column.values.tolist() == [0.25, 0.25]
        assert column.known is None
        assert detector.version == "1.2+1"
        assert detector.thresholds == {"peer.better_profanity": 0.5}
