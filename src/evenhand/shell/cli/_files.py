"""Files that commands write: whole or not at all, and a rejects file only where something was rejected."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Self

import msgspec

from evenhand.errors import Outside
from evenhand.intake import Reject


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """A file that appears under its name only once it is complete and on the disk.

    Raises:
        Outside: It cannot be written.
    """
    draft = path.with_name(path.name + ".draft")
    try:
        with draft.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise _unwritable(path, error) from error
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


class RejectsFile:
    """Rows that were not accepted, one JSON line each. Begun anew by each run that rejects any."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream: BinaryIO | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._stream is not None:
            self._stream.close()

    def add(self, rejects: Sequence[Reject]) -> None:
        """Write some, durably.

        Raises:
            Outside: The file cannot be written.
        """
        if not rejects:
            return
        try:
            if self._stream is None:
                self._stream = self._path.open("wb")
            self._stream.writelines(msgspec.json.encode(reject) + b"\n" for reject in rejects)
            self._stream.flush()
        except OSError as error:
            raise _unwritable(self._path, error) from error


def _unwritable(path: Path, error: OSError) -> Outside:
    return Outside(
        f"{path} cannot be written: {error.strerror or error}", mend="free space, or name another file"
    )
