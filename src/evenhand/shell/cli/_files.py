"""Files that commands write: whole or not at all, and never over one that they read."""

import os
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Self

from sqlalchemy.engine import make_url

from evenhand.app import Input
from evenhand.errors import BadInput, Outside
from evenhand.intake import Reject

from ._output import json_line, tell

_AT_ONCE = 1 << 16  # bytes handed to the system at a time


class Draft:
    """A file in the making: it stands under its name once it is complete and on the disk, and not before.

    Beside it, under a name that nothing had, is the draft. What is no regular file, such as a pipe or
    /dev/null, has no draft and is written to as it is.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._target = Path(os.path.realpath(path))  # a link goes on pointing where it does
        self._draft = self._target
        self._file = -1
        self._settled = 0  # bytes that are on the disk

    def __enter__(self) -> Self:
        """Begin it.

        Raises:
            BadInput: Its name is that of a folder.
            Outside: It cannot be written.
        """
        if self._target.is_dir():
            raise BadInput(f"{self.path} is a folder", mend="name a file in it")
        try:
            if _is_special(self.path):
                self._file, self._draft = _opened_as_it_is(self.path), self._target
            else:
                self._draft, self._file = _begun(self._target)
        except OSError as error:
            raise _unwritable(self.path, error) from error
        return self

    def __exit__(self, *_: object) -> None:
        if self._file < 0:
            return
        os.close(self._file)
        if self._draft != self._target:
            self._draft.unlink(missing_ok=True)

    def write(self, lines: Iterable[bytes]) -> None:
        """Write some lines. What `lines` itself raises is not an error of this file.

        Raises:
            Outside: The file cannot be written.
        """
        gathered = bytearray()
        for line in lines:
            gathered += line
            if len(gathered) >= _AT_ONCE:
                self._put(gathered)
                gathered.clear()
        self._put(gathered)

    def settle(self) -> None:
        """Have what was written on the disk.

        Raises:
            Outside: It could not be brought there.
        """
        if self._draft == self._target:
            return
        try:
            os.fsync(self._file)
            self._settled = os.lseek(self._file, 0, os.SEEK_CUR)
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def place(self) -> None:
        """Put under its name what was settled; a line that a full disk cut off is taken away.

        Raises:
            Outside: It cannot be renamed.
        """
        if self._draft == self._target:
            return
        try:
            os.ftruncate(self._file, self._settled)
            os.fsync(self._file)
            self._draft.replace(self._target)
            self._draft = self._target  # nothing is left to take away
            _settle_folder(self._target.parent)
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def _put(self, data: bytearray) -> None:
        try:
            with memoryview(data) as left:
                written = 0
                while written < len(left):
                    written += os.write(self._file, left[written:])
        except BrokenPipeError:  # whoever read us left: the one error that is not about a disk
            raise
        except OSError as error:
            raise _unwritable(self.path, error) from error


@contextmanager
def written_whole(path: Path) -> Iterator[Draft]:
    """A file that appears under its name once all of it is on the disk, and not if anything fails.

    Raises:
        BadInput: It is a folder.
        Outside: It cannot be written.
    """
    with Draft(path) as draft:
        yield draft
        draft.settle()
        draft.place()


class RejectsFile:
    """Rows that were not accepted, one JSON line each.

    What stands under its name after a run is of that run: it appears at the run's end or interruption, if
    anything was rejected, and what an earlier run left there is moved to a numbered name.

    Attributes:
        path: Its name.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._target = Path(os.path.realpath(path))
        self._open = ExitStack()
        self._draft: Draft | None = None

    def __enter__(self) -> Self:
        """Begin; nothing is written yet.

        Raises:
            BadInput: Its name is that of a folder.
        """
        if self._target.is_dir():
            raise BadInput(f"{self.path} is a folder", mend="name a file in it with --rejects")
        return self

    def __exit__(self, failed: type[BaseException] | None, *_: object) -> None:
        with self._open:
            if self._draft is None and failed is not None:
                return  # refused before it got anywhere: the earlier run's stays the last word
            older = _set_aside(self._target)
            if older is not None:
                tell(f"what an earlier run rejected is now in {self.path.with_name(older.name)}")
            if self._draft is not None:
                self._draft.place()

    def add(self, rejects: Sequence[Reject]) -> None:
        """Write some; on return they are on the disk.

        Raises:
            Outside: The file cannot be written.
        """
        if not rejects:
            return
        if self._draft is None:
            self._draft = self._open.enter_context(Draft(self.path))
        self._draft.write(map(json_line, rejects))
        self._draft.settle()


def keep_apart(inputs: Sequence[Input], targets: Mapping[str, Path | None], store: str | None = None) -> None:
    """Check that no file that is to be written is read, is the store, or is to be written twice.

    Args:
        inputs: What is read.
        targets: Option -> the file it names; None where it was not given.
        store: URL of the store that is in use.

    Raises:
        BadInput: One is, by whatever names.
    """
    taken = {_identity(os.fstat(one.stream.fileno())): f"{one.name}, which is read" for one in inputs}
    database = make_url(store).database if store else None
    if database is not None:
        taken[_identity(Path(database).stat())] = "the store"
    for option, path in targets.items():
        if path is None or _is_special(path):
            continue
        own: tuple[object, ...] = (os.path.realpath(path),)
        with suppress(OSError):  # what cannot be looked at, is said when it is opened
            own = _identity(path.stat())
        if own in taken:
            raise BadInput(
                f"{option} {path} is the same file as {taken[own]}", mend=f"name another file with {option}"
            )
        taken[own] = f"what {option} writes"


def _identity(found: os.stat_result) -> tuple[object, ...]:
    return (found.st_dev, found.st_ino)


def _is_special(path: Path) -> bool:
    """Whether it is written to as it is: no regular file, or wherever our own output goes (`/dev/stdout`)."""
    try:
        found = path.stat()
    except OSError:
        return False
    return not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)) or _identity(found) in _ours()


def _ours() -> dict[tuple[object, ...], int]:
    """Where our own output goes, by the number of each open file."""
    return {_identity(os.fstat(number)): number for number in (sys.stderr.fileno(), sys.stdout.fileno())}


def _opened_as_it_is(path: Path) -> int:
    """A pipe, a device, or our own output, which goes on where it is."""
    own = _ours().get(_identity(path.stat()))
    return os.open(path, os.O_WRONLY | os.O_APPEND) if own is None else os.dup(own)


def _begun(target: Path) -> tuple[Path, int]:
    """A new file beside `target`, readable by whom an older `target` is."""
    numbers = count(1)
    while True:
        draft = target.with_name(f"{target.name}.{next(numbers)}.draft")
        with suppress(FileExistsError):
            file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
            with suppress(FileNotFoundError):
                os.fchmod(file, stat.S_IMODE(target.stat().st_mode))
            return draft, file


def _set_aside(path: Path) -> Path | None:
    """Move what stands under a name to `NAME.1.ENDING`, or the next number that is free; gives that name."""
    if not path.is_file() or _is_special(path):
        return None
    numbers = count(1)
    while True:
        older = path.with_name(f"{path.stem}.{next(numbers)}{path.suffix}")
        try:
            os.link(path, older)  # unlike a rename it never overwrites
            path.unlink()
        except FileExistsError:
            continue
        except FileNotFoundError:
            return None  # another run moved it
        except OSError as error:
            raise _unwritable(path, error) from error
        return older


def _settle_folder(folder: Path) -> None:
    """Have a folder's names on the disk."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _unwritable(path: Path, error: OSError) -> Outside:
    return Outside(
        f"{path} cannot be written: {error.strerror or error}", mend="free space, or name another file"
    )
