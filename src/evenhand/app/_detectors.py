"""Detectors by what an operator calls them: an installed name, or a name with a model of one's own.

text-linear                     the shipped model
text-linear@/srv/models/new     made from that folder's files instead
text-linear@/srv/models/new#1+0f3c...   the same, and refused if it is no longer of this version
text-cascade:pass-below=0.01    the shipped model with a wish that it understands
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from evenhand.detect import Detector
from evenhand.errors import BadInput, Refused

from ._shipped import ModelFolder, Options, ShippedShelf

ENTRY_POINTS = "evenhand.detectors"
TERMS = "terms"
DEFAULT_DETECTORS = ("text-cascade", TERMS)

_PLAIN_PATH = re.compile(r"[^,#@\x00-\x1f]+")  # what a list of specs, and a line, can hold


@dataclass(frozen=True, slots=True)
class DetectorSpec:
    """Which detector is meant, made from which files.

    Attributes:
        name: Of its entry point.
        folder: Of the model it is made from; empty for the shipped one.
        version: What it has to be of; empty for any.
        options: What the detector is to read of the operator's wishes; empty for none.
    """

    name: str
    folder: str = ""
    version: str = ""
    options: str = ""

    @classmethod
    def parse(cls, text: str) -> "DetectorSpec":
        """Read `NAME`, `NAME:OPTIONS`, `NAME@FOLDER` or `NAME@FOLDER#VERSION`.

        Raises:
            BadInput: It has an @ and no folder that can be said in a list.
        """
        called, at, rest = text.strip().partition("@")
        folder, _, version = rest.partition("#")
        if at:
            _check_folder(folder)
        name, _, options = called.partition(":")
        return cls(name.strip(), folder, version, options.strip())

    def __str__(self) -> str:
        """The text that `parse` reads."""
        text = self.name + (f":{self.options}" if self.options else "")
        text += f"@{self.folder}" if self.folder else ""
        return text + (f"#{self.version}" if self.version else "")

    def pinned(self, version: str) -> "DetectorSpec":
        """The same for a setting: its folder from the root, and held to a version; a shipped model is not.

        Raises:
            BadInput: A folder above it has a name that cannot be said in a list.
        """
        if not self.folder:
            return replace(self, version="")
        folder = str(Path(self.folder).resolve())
        _check_folder(folder)
        return replace(self, folder=folder, version=version)


def _check_folder(folder: str) -> None:
    if not _PLAIN_PATH.fullmatch(folder):
        raise BadInput(
            f"{folder!r} cannot be named as the folder of a model",
            mend="write NAME@FOLDER; no comma, @ or # in the folder's name, nor in those above it",
        )


def load_detectors(names: Sequence[str], policies: Mapping[str, Mapping[str, bytes]]) -> tuple[Detector, ...]:
    """Load detectors by their specs.

    Args:
        names: Which, in order; see `DetectorSpec`.
        policies: Policy folder -> its files, for the term banks.

    Raises:
        BadInput: There is none of that name, or it reads nothing of the folder.
        Refused: It is of another version than the spec holds it to.
    """
    specs = [DetectorSpec.parse(name) for name in names]
    known = known_detectors([spec.name for spec in specs])
    return tuple(_loaded(spec, known[spec.name], policies) for spec in specs)


def _loaded(spec: DetectorSpec, point: EntryPoint, policies: Mapping[str, Mapping[str, bytes]]) -> Detector:
    own = ModelFolder(spec.name, Path(spec.folder)) if spec.folder else None
    wishes = Options(spec.options)
    detector: Detector = point.load()(ShippedShelf(policies, own, wishes))
    if spec.options and not wishes.were_read:
        raise BadInput(
            f"detector {spec.name} has no options, but is called {str(spec)!r}",
            mend=f"leave out what stands behind the colon: {spec.name}",
        )
    if own is not None and not own.was_read:
        raise BadInput(
            f"detector {spec.name} read nothing of {spec.folder}",
            mend="leave the folder out, or put the model's files into a folder of the model's name there",
        )
    if spec.version and detector.version != spec.version:
        raise Refused(
            f"{spec.name} in {spec.folder} is of version {detector.version}, not {spec.version} as recorded",
            mend="put the files back as they were; a new model goes into a new folder",
        )
    return detector


def known_detectors(names: Sequence[str] = ()) -> Mapping[str, EntryPoint]:
    """The installed detectors.

    Raises:
        BadInput: One of `names` is not among them.
    """
    known = {point.name: point for point in entry_points(group=ENTRY_POINTS)}
    missing = [name for name in names if name not in known]
    if missing:
        raise BadInput(
            f"there is no detector {missing[0]!r}",
            mend=f"installed are {', '.join(sorted(known)) or 'none; install the package again'}",
        )
    return known
