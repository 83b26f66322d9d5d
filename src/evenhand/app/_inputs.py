"""Files and standard input, opened for reading."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from evenhand.errors import BadInput, Outside
from evenhand.intake import Format, guess_format


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One file or stream of items.

    Attributes:
        name: As the user named it; `-` is standard input.
        stream: Its bytes, as they are on disk.
        format: How to read them.
        size: Bytes; None where unknown.
    """

    name: str
    stream: BinaryIO
    format: Format
    size: int | None


@contextmanager
def opened_inputs(names: Sequence[str], format: Format | None = None) -> Iterator[list[Input]]:  # noqa: A002
    """Open files by name, `-` for standard input.

    Args:
        names: Which.
        format: How to read them all; None goes by each name's ending, and by JSON Lines for standard input.

    Raises:
        BadInput: There is no such file, or its ending says nothing.
        Outside: It cannot be read.
    """
    with ExitStack() as stack:
        yield [_open(stack, name, format) for name in names]


def _open(stack: ExitStack, name: str, format: Format | None) -> Input:  # noqa: A002 - the contract's word
    if name == "-":
        return Input(name=name, stream=sys.stdin.buffer, format=format or Format.JSONL, size=None)
    path = Path(name)
    kind = format or guess_format(name)
    try:
        stream = stack.enter_context(path.open("rb"))
        return Input(name=name, stream=stream, format=kind, size=path.stat().st_size)
    except FileNotFoundError as error:
        raise BadInput(f"there is no file {name}", mend="check the name; `-` reads standard input") from error
    except IsADirectoryError as error:
        raise BadInput(f"{name} is a folder", mend="name the files in it") from error
    except OSError as error:
        raise Outside(f"{name} cannot be read: {error.strerror}", mend="make it readable") from error
