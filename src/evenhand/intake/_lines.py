"""Physical lines out of a stream of bytes, in memory that no line can make large."""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final, cast

from evenhand.errors import BadInput, Outside

from ._schema import LINE_LIMIT

_PIECE: Final = 1 << 18  # bytes read at once; smaller than LINE_LIMIT, see Lines.__iter__
_GZIP: Final = b"\x1f\x8b"
_BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Block:
    """Some lines in a row, without their line feeds.

    Attributes:
        first: Number of the first, from 1.
        lines: Each at most `LINE_LIMIT` bytes.
    """

    first: int
    lines: list[bytes]


@dataclass(frozen=True, slots=True)
class LongLine:
    """A line over the limit, which was read past.

    Attributes:
        number: Its number, from 1.
        head: Its first bytes, enough to show it.
    """

    number: int
    head: bytes


class Counted:
    """A stream that counts what was read of it, and names what goes wrong below."""

    def __init__(self, stream: BinaryIO, file: str) -> None:
        self._stream = stream
        self._file = file
        self._ahead = b""
        self.position = 0

    def peek(self, size: int) -> bytes:
        """The next bytes, which stay to be read."""
        while len(self._ahead) < size:
            more = self._read(size - len(self._ahead))
            if not more:
                break
            self._ahead += more
        return self._ahead[:size]

    def read(self, size: int) -> bytes:
        """As a file's own `read` of so many bytes."""
        piece, self._ahead = self._ahead[:size], self._ahead[size:]
        if len(piece) < size:
            piece += self._read(size - len(piece))
        self.position += len(piece)
        return piece

    def _read(self, size: int) -> bytes:
        try:
            return self._stream.read(size) or b""
        except OSError as wrong:
            raise Outside(
                f"{self._file} cannot be read: {wrong.strerror or wrong}",
                mend="check the disk or the connection, and start again: what came in is not doubled",
            ) from wrong


class Lines:
    """The lines of a stream, decompressed if it is gzip, without a byte order mark.

    Attributes:
        position: Bytes of the stream consumed so far, before decompression.
    """

    def __init__(self, stream: BinaryIO, file: str) -> None:
        self._counted = Counted(stream, file)
        self._file = file
        self._plain: Counted | gzip.GzipFile = self._counted
        if self._counted.peek(2) == _GZIP:
            # To unpack from the front it only ever reads.
            self._plain = gzip.GzipFile(fileobj=cast("BinaryIO", self._counted), mode="rb")

    @property
    def position(self) -> int:
        return self._counted.position

    def __iter__(self) -> Iterator[Block | LongLine]:
        """Every line once, in order; a last line needs no line feed.

        Raises:
            BadInput: The bytes are UTF-16 or UTF-32, or broken gzip.
            Outside: The stream below cannot be read.
        """
        number, rest = 1, self._start()
        while piece := self._read():
            whole, feed, tail = (rest + piece).rpartition(b"\n")
            if feed:
                lines = whole.split(b"\n")
                # Only the first can be over the limit: each of the others lies within one piece.
                if len(lines[0]) > LINE_LIMIT:
                    yield LongLine(number, lines.pop(0)[: LINE_LIMIT >> 8])
                    number += 1
                if lines:
                    yield Block(number, lines)
                number += len(lines)
            rest = tail
            if len(rest) > LINE_LIMIT:
                yield LongLine(number, rest[: LINE_LIMIT >> 8])
                number += 1
                rest = self._past_line()
        if rest:  # a line without its feed; or, of a file smaller than one piece, the lines behind its start
            yield Block(number, rest.removesuffix(b"\n").split(b"\n"))

    def _start(self) -> bytes:
        head = self._read(4)
        if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head:
            raise BadInput(
                f"{self._file} is UTF-16 or UTF-32, expected UTF-8",
                mend="convert it first: `iconv -f UTF-16 -t UTF-8`",
            )
        return head.removeprefix(_BOM)

    def _past_line(self) -> bytes:
        """Read to the end of the line and drop it; what was read behind it."""
        while piece := self._read():
            _, feed, behind = piece.partition(b"\n")
            if feed:
                return behind
        return b""

    def _read(self, size: int = _PIECE) -> bytes:
        try:
            return self._plain.read(size)
        except (EOFError, zlib.error, gzip.BadGzipFile) as wrong:
            raise BadInput(
                f"{self._file} is broken gzip: {wrong}",
                mend="fetch or pack the file again; the rows before the break were read",
            ) from wrong


def too_long(what: str) -> BadInput:
    """The error of a line, or a record of lines, over the limit."""
    return BadInput(
        f"{what} is over {LINE_LIMIT} bytes long",
        mend="split the item, or look for a missing line feed or quote",
    )
