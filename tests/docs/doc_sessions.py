"""A page's terminal sessions, read from it and typed again.

In a block of the kind `console`, a line that begins with `$ ` is typed, lines behind it that begin with `> `
go on with it, and the rest is what must be printed. There `...` stands for anything: alone on its line for
any lines, within a line for any characters. A name that Evenhand makes up (`c_4m7qz0v1x2ab`) stands for the
one that is made up this time, on the whole page.
"""

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import IO, Self

_FENCE = re.compile(r"^(?P<ticks>```+)(?P<kind>[^`\n]*)\n(?P<body>.*?)^(?P=ticks)$", re.MULTILINE | re.DOTALL)
_MADE_UP = re.compile(r"\b[cdner]_[0-9a-hjkmnp-tv-z]{12}\b")
_END = "end-of-what-was-printed"


@dataclass(frozen=True, slots=True)
class Step:
    """One command of a page and what it says it prints.

    Attributes:
        line: Where it stands, from 1.
        typed: What is typed.
        printed: What must come, with its wildcards.
    """

    line: int
    typed: str
    printed: str


def blocks(page: str, kind: str) -> Iterator[tuple[int, str]]:
    """Every fenced block of one kind, with the line that its content begins in."""
    for found in _FENCE.finditer(page):
        if found["kind"] == kind:
            yield page.count("\n", 0, found.start("body")) + 1, found["body"]


def steps(page: str) -> Iterator[Step]:
    """Every command of a page, in order."""
    for first, body in blocks(page, "console"):
        typed: list[str] = []
        printed: list[str] = []
        began = first
        for number, line in enumerate(body.splitlines(), start=first):
            if line.startswith("$ "):
                if typed:
                    yield Step(began, "\n".join(typed), "\n".join(printed))
                began, typed, printed = number, [line[2:]], []
            elif line.startswith(">") and typed and not printed:
                typed.append(line[2:])
            else:
                printed.append(line)
        if not typed:
            raise ValueError(f"the block in line {first} types nothing")
        yield Step(began, "\n".join(typed), "\n".join(printed))


@dataclass(slots=True)
class Reader:
    """Somebody who types a page, step by step, in one shell.

    Attributes:
        folder: Where they sit.
        environment: Their shell's variables.
        names: Name on the page -> the name that was made up this time.
    """

    folder: Path
    environment: Mapping[str, str]
    names: dict[str, str] = field(default_factory=dict)
    _shell: "subprocess.Popen[str] | None" = None
    _ends: Iterator[int] = field(default_factory=count)
    _code: int = 0  # of the last command, so that the page can ask for `$?`

    def __enter__(self) -> Self:
        self._shell = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],  # noqa: S607 - the reader's own shell, wherever it is
            cwd=self.folder,
            env=dict(self.environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        return self

    def __exit__(self, *_: object) -> None:
        if self._shell is not None:
            for stream in (self._stdin, self._stdout):
                stream.close()
            self._shell.wait()

    @property
    def _stdin(self) -> IO[str]:
        assert self._shell is not None and self._shell.stdin is not None  # noqa: PT018 - one fact: it was started
        return self._shell.stdin

    @property
    def _stdout(self) -> IO[str]:
        assert self._shell is not None and self._shell.stdout is not None  # noqa: PT018 - the same
        return self._shell.stdout

    def type(self, text: str) -> tuple[str, int]:
        """Type one command; gives what it printed and its exit code."""
        end = f"{_END} {next(self._ends)}"
        for written, meant in self.names.items():
            text = text.replace(written, meant)
        self._stdin.write(f"(exit {self._code})\n{text}\nprintf '\\n{end} %d\\n' $?\n")
        self._stdin.flush()
        printed: list[str] = []
        for line in self._stdout:
            if line.startswith(end):
                self._code = int(line.removeprefix(end))
                return "".join(printed).removesuffix("\n"), self._code
            printed.append(line)
        raise AssertionError(f"the shell ended at: {text}")

    def follow(self, step: Step) -> None:
        """Type a step and hold what it prints to what the page says."""
        printed, code = self.type(step.typed)
        found = _plain(printed)
        match = self._pattern(step.printed).fullmatch(found)
        assert match, f"line {step.line}: $ {step.typed}\n--- page\n{step.printed}\n--- printed\n{found}"
        self.names |= {name.replace("__", "_"): value for name, value in match.groupdict().items()}
        refused = any(line.startswith(("Error", "error")) for line in step.printed.splitlines())
        assert refused or code == 0, f"line {step.line}: $ {step.typed}\nexit code {code}\n{found}"

    def _pattern(self, page: str) -> re.Pattern[str]:
        lines = [
            "(?:.*\n)*?" if line.strip() == "..." else self._line(line) + "\n"
            for line in _plain(page).splitlines()
        ]
        return re.compile("".join(lines))

    def _line(self, line: str) -> str:
        pieces = (".*".join(re.escape(part) for part in piece.split("...")) for piece in _MADE_UP.split(line))
        names = [self._name(name) for name in _MADE_UP.findall(line)]
        return "".join(piece + name for piece, name in zip(pieces, [*names, ""], strict=True))

    def _name(self, written: str) -> str:
        known = self.names.get(written)
        if known is not None:
            return re.escape(known)
        return f"(?P<{written}>{_MADE_UP.pattern})"


def _plain(text: str) -> str:
    """Lines without their blank ends, each ended; nothing where there is nothing."""
    lines = [line.rstrip() for line in text.rstrip().splitlines()]
    return "".join(f"{line}\n" for line in lines)
