"""The document of a policy: its title, its clauses, and the blocks that the machine reads.

Markdown decides what is a heading and what is a block, so a reader's page and the machine agree. What looks
like a block of ours but would be shown as ordinary text is a fault: a rule never silently falls away.
"""

import re
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ._source import Faults, Place, Source, nearest

KINDS = ("settings", "clause", "counter", "rule", "examples")
_ID = r"[A-Z]{1,3}[0-9]{1,3}(?:\.[0-9]{1,3})*"
_CLAUSE_HEADING = re.compile(rf"(?P<id>{_ID})(?![^ \t])[ \t]*(?P<title>.*)")
_ANCHOR = re.compile(r"[ \t]*\{#(?P<id>[^{}]*)\}[ \t]*$")
_LOOKS_LIKE_BLOCK = re.compile(
    r"[ \t>*+\-]*(?:`{3,}|~{3,})[ \t]*(?:settings|clause|counter|rule|examples)\b[^`]*"
)
_DEEPEST_CLAUSE = 3


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block that the machine reads.

    Attributes:
        kind: One of `KINDS`.
        name: What stands after the kind: of a rule or a counter its name.
        place: What stands between the fences.
        fence: The line that opens it.
        lines: First line and one past the last, fences included, from 0.
    """

    kind: str
    name: str
    place: Place
    fence: Place
    lines: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading.

    Attributes:
        level: 1 to 6.
        text: As written, an anchor `{#...}` taken off.
        anchor: The id in the anchor; None without one.
        place: Its line.
        lines: First line and one past the last, from 0.
    """

    level: int
    text: str
    anchor: str | None
    place: Place
    lines: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Section:
    """A clause as it stands in the document.

    Attributes:
        id: `H2.1`.
        title: The heading after the id.
        heading: Where it begins.
        end: One past its last line, from 0.
        blocks: The machine's blocks in it, in order.
    """

    id: str
    title: str
    heading: Heading
    end: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """What a policy's document holds.

    Attributes:
        title: The heading of level 1.
        outside: Blocks that stand in no clause.
        sections: The clauses, in order.
    """

    title: str
    outside: tuple[Block, ...]
    sections: tuple[Section, ...]


def read_document(source: Source, faults: Faults) -> Document:
    """Find title, clauses and blocks; faults of form are noted."""
    parser = MarkdownIt("commonmark").disable("inline")  # blocks are all that is asked for
    tokens = parser.parse(source.text)
    fences = [token for token in tokens if token.type == "fence"]
    _lost_blocks(source, fences, faults)
    parts: list[Heading | Block] = []
    for token, following in zip(tokens, [*tokens[1:], *tokens[-1:]], strict=True):
        if token.type == "heading_open" and token.level == 0:
            parts.append(_heading(source, token, following.content))
        elif token.type == "fence" and (block := _block(source, token, faults)) is not None:
            parts.append(block)
    return _Outline(source, faults).read(parts)


@dataclass(slots=True)
class _Open:
    """A clause that is being read."""

    id: str
    title: str
    heading: Heading
    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class _Outline:
    """Puts headings and blocks together, in the order of the document."""

    source: Source
    faults: Faults
    title: Heading | None = None
    outside: list[Block] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    clause: _Open | None = None

    def read(self, parts: list[Heading | Block]) -> Document:
        for part in parts:
            if isinstance(part, Heading):
                self._heading(part)
            else:
                (self.outside if self.clause is None else self.clause.blocks).append(part)
        self._close(len(self.source.line_starts))
        if self.title is None:
            mend = "begin with a heading: # Hateful conduct"
            self.faults.add(self.source.line_place(0), "the policy has no title", mend)
        title = self.title.text if self.title is not None else ""
        return Document(title, tuple(self.outside), tuple(self.sections))

    def _heading(self, heading: Heading) -> None:
        match = _CLAUSE_HEADING.fullmatch(heading.text)
        if heading.level == 1:
            self._close(heading.lines[0])
            if self.title is not None:
                mend = "write ##: a policy has one title"
                self.faults.add(heading.place, "a second heading of level 1", mend)
            self.title = self.title or heading
        elif match is None:
            if heading.anchor is not None and _CLAUSE_HEADING.fullmatch(heading.anchor):
                mend = f"write {heading.anchor} at the beginning of the heading as well"
                self.faults.add(heading.place, "a clause's heading does not begin with its id", mend)
            if self.clause is not None and heading.level <= self.clause.heading.level:
                self._close(heading.lines[0])
        elif heading.level > _DEEPEST_CLAUSE:
            self.faults.add(heading.place, "a clause's heading is too deep", "write ## or ###")
        else:
            self._begin(heading, match["id"], match["title"])

    def _begin(self, heading: Heading, name: str, title: str) -> None:
        self._close(heading.lines[0])
        if heading.anchor not in {None, name}:
            mend = f"write {{#{name}}}, or leave the anchor out"
            self.faults.add(heading.place, f"the anchor of clause {name} is {heading.anchor}", mend)
        if not title:
            mend = f"write what it is about, such as {name} Direct attack"
            self.faults.add(heading.place, f"clause {name} has no title", mend)
        if name in self.ids:
            self.faults.add(heading.place, f"a second clause is called {name}", "give each clause its own id")
        self.ids.add(name)
        self.clause = _Open(name, title, heading)

    def _close(self, line: int) -> None:
        if (done := self.clause) is not None:
            self.sections.append(Section(done.id, done.title, done.heading, line, tuple(done.blocks)))
        self.clause = None


def called(kind: str) -> str:
    """What faults call a block."""
    return f"{'an' if kind == 'examples' else 'a'} {kind} block"


def _lines(token: Token) -> tuple[int, int]:
    first, end = token.map or (0, 0)  # every block token has its lines; inline ones alone have none
    return first, end


def _heading(source: Source, token: Token, content: str) -> Heading:
    lines = _lines(token)
    anchor = _ANCHOR.search(content)
    text = content[: anchor.start()] if anchor else content
    place = source.line_place(lines[0])
    return Heading(int(token.tag[1:]), text.strip(), anchor["id"] if anchor else None, place, lines)


def _block(source: Source, token: Token, faults: Faults) -> Block | None:
    """The machine's block that a fence opens; None if it is an ordinary block of code."""
    first, end = _lines(token)
    fence = source.line_place(first)
    if not _is_closed(source, token):
        faults.add(fence, "the block that begins here has no end", f"close it with {token.markup} on a line")
        return None
    kind, _, name = token.info.strip().partition(" ")
    if kind not in KINDS:
        if meant := nearest(kind.lower(), KINDS, within=1):
            faults.add(fence, f"a block is called {kind}", f"write {meant}")
        return None
    if token.level > 0:
        faults.add(
            fence, f"{called(kind)} stands inside a list or a quotation", "write it at the left margin"
        )
        return None
    if name and kind not in {"counter", "rule"}:
        faults.add(fence, f"{called(kind)} has a name", f"write {token.markup}{kind} alone")
    return Block(kind, name.strip(), source.lines_between(first + 1, end - 1), fence, (first, end))


def _is_closed(source: Source, token: Token) -> bool:
    first, end = _lines(token)
    closing = source.line(end - 1).strip().lstrip("> \t") if end - 1 > first else ""
    return len(closing) >= len(token.markup) and set(closing) == {token.markup[0]}


def _lost_blocks(source: Source, fences: list[Token], faults: Faults) -> None:
    """Note each line that looks like the start of one of our blocks and that Markdown takes for text."""
    fenced = {line for token in fences for line in range(*_lines(token))}
    for number in range(len(source.line_starts)):
        if number not in fenced and _LOOKS_LIKE_BLOCK.fullmatch(source.line(number)):
            mend = "write it at the left margin, outside comments and HTML"
            faults.add(source.line_place(number), "this block is shown as text and would not be read", mend)
