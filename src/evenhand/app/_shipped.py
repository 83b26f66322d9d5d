"""What comes with the program: models, policies and samples, from the wheel or from a checkout."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import evenhand
from evenhand.errors import BadInput, Outside

_PACKAGE = Path(evenhand.__file__).parent

POLICY_FILE_LIMIT: Final = 1 << 20
POLICY_FOLDER_LIMIT: Final = 8 << 20
"""Bytes of one file of a policy, and of all together: what is put in force is kept in the store for ever."""

MODEL_LIMIT: Final = 256 << 20
"""Bytes of all files of a model."""


def shipped(kind: str) -> Path:
    """The folder of everything of one kind: `models`, `policies` or `samples`.

    Raises:
        Outside: The installation is incomplete.
    """
    for folder in (_PACKAGE / "shipped" / kind, _PACKAGE.parents[1] / kind):
        if folder.is_dir():
            return folder
    raise Outside(f"this installation has no {kind}", mend="install the package again")


def read_folder(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path within it.

    Raises:
        BadInput: It is no folder.
        Outside: It cannot be read.
    """
    if not folder.is_dir():
        raise BadInput(f"{folder} is no folder", mend="name a folder that holds a policy.md")
    try:
        paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    except OSError as error:
        raise Outside(f"{folder} cannot be read: {error.strerror}", mend="make it readable") from error


def read_policy_folder(folder: Path) -> dict[str, bytes]:
    """Every file of a policy, by its path within it; whoever wrote it is not trusted.

    Raises:
        BadInput: It is no folder; something in it is a link, or neither file nor folder; it is too large.
        Outside: It cannot be read.
    """
    if not folder.is_dir():
        raise BadInput(f"{folder} is no folder", mend="name a folder that holds a policy.md")
    try:
        return _read_within_limits(folder)
    except OSError as error:
        raise Outside(f"{folder} cannot be read: {error.strerror}", mend="make it readable") from error


def _read_within_limits(folder: Path) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    left = POLICY_FOLDER_LIMIT
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            raise BadInput(
                f"{name} in {folder} is a link; a policy is made of its own files alone",
                mend="put a copy of the file there",
            )
        if path.is_dir() or path.name.startswith("."):
            continue
        if not path.is_file():
            raise BadInput(f"{name} in {folder} is no regular file", mend="take it out of the folder")
        with path.open("rb") as stream:
            content = stream.read(min(POLICY_FILE_LIMIT, left) + 1)
        if len(content) > POLICY_FILE_LIMIT:
            raise BadInput(
                f"{name} in {folder} is over {POLICY_FILE_LIMIT} bytes (1 MiB) long",
                mend="split the bank, or take the file out of the folder",
            )
        if len(content) > left:
            raise BadInput(
                f"the files in {folder} are over {POLICY_FOLDER_LIMIT} bytes (8 MiB) together",
                mend="take out what the policy does not need",
            )
        left -= len(content)
        files[name] = content
    return files


def _read_model(folder: Path) -> dict[str, bytes]:
    """The files that stand in a folder itself, by name.

    Raises:
        BadInput: They are too large for a model.
        Outside: They cannot be read.
    """
    files: dict[str, bytes] = {}
    left = MODEL_LIMIT
    try:
        for path in sorted(folder.iterdir()):
            if path.name.startswith(".") or not path.is_file():
                continue
            with path.open("rb") as stream:
                files[path.name] = stream.read(left + 1)
            left -= len(files[path.name])
            if left < 0:
                raise BadInput(
                    f"the files in {folder} are over {MODEL_LIMIT} bytes (256 MiB) together",
                    mend="name the folder that holds the model and nothing else",
                )
    except OSError as error:
        raise Outside(f"{folder} cannot be read: {error.strerror}", mend="make it readable") from error
    return files


class ModelFolder:
    """A folder with a model of one's own, for the detector that is made from it.

    `FOLDER/NAME/` holds the model of that name where a detector is made from several; otherwise the files of
    the detector's own model stand in the folder itself.

    Attributes:
        was_read: Whether anything was taken from it.
    """

    def __init__(self, detector: str, folder: Path) -> None:
        """Take a folder for a detector.

        Raises:
            BadInput: There is no such folder.
        """
        try:
            there = folder.is_dir()
        except OSError:  # a name that no file system takes
            there = False
        if not there:
            raise BadInput(
                f"there is no folder {str(folder)[:200]} for detector {detector}",
                mend="name the folder of a model",
            )
        self.was_read = False
        self._detector = detector
        self._folder = folder

    def files(self, model: str) -> Mapping[str, bytes] | None:
        """The files of a model; None where the folder is not about it."""
        found = self._folder / model
        if not found.is_dir():
            if model != self._detector:
                return None
            found = self._folder
        self.was_read = True
        return _read_model(found)


@dataclass(slots=True)
class Options:
    """What the operator wrote behind a detector's name, for the detector to read.

    Attributes:
        text: As written.
        were_read: Whether the detector asked for it.
    """

    text: str = ""
    were_read: bool = False


@dataclass(frozen=True, slots=True)
class ShippedShelf:
    """What detectors are made from: the shipped models, and the banks of the policies in use.

    Attributes:
        policies: Policy folder as named -> its files.
        own: The folder whose models stand before the shipped ones.
        wishes: What the operator wrote behind the detector's name.
    """

    policies: Mapping[str, Mapping[str, bytes]]
    own: ModelFolder | None = None
    wishes: Options = field(default_factory=Options)

    def model(self, name: str) -> Mapping[str, bytes]:
        """The files of `models/NAME/`."""
        files = self.own.files(name) if self.own else None
        return read_folder(shipped("models") / name) if files is None else files

    def banks(self) -> Mapping[str, bytes]:
        """Every `terms/*.txt` of the policies in use."""
        return {
            f"{folder}/{name}": content
            for folder, files in self.policies.items()
            for name, content in files.items()
            if name.startswith("terms/") and name.endswith(".txt")
        }

    def options(self) -> str:
        """What the operator wrote behind the detector's name; empty for nothing."""
        self.wishes.were_read = True
        return self.wishes.text
