"""What comes with the program: models, policies and samples, from the wheel or from a checkout."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import evenhand
from evenhand.errors import BadInput, Outside

_PACKAGE = Path(evenhand.__file__).parent


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


@dataclass(frozen=True, slots=True)
class ShippedShelf:
    """What detectors are made from: the shipped models, and the banks of the policies in use.

    Attributes:
        policies: Policy folder as named -> its files.
    """

    policies: Mapping[str, Mapping[str, bytes]]

    def model(self, name: str) -> Mapping[str, bytes]:
        """The files of `models/NAME/`."""
        return read_folder(shipped("models") / name)

    def banks(self) -> Mapping[str, bytes]:
        """Every `terms/*.txt` of the policies in use."""
        return {
            f"{folder}/{name}": content
            for folder, files in self.policies.items()
            for name, content in files.items()
            if name.startswith("terms/") and name.endswith(".txt")
        }
