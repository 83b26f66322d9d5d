"""The prose of a policy as sentences, however its lines are broken: what is compared when words change."""

import re
from collections.abc import Iterator

from ._document import read_document
from ._source import Faults, Source

_MARK = re.compile(r"(?:#{1,6}|[*+-]|[0-9]{1,9}[.)])(?:[ \t]+|$)")
_ANCHOR = re.compile(r"[ \t]*\{#[^{}]*\}[ \t]*$")
_SENTENCE_END = re.compile(
    r"""(?<=[.!?…])\s+(?=[^a-z0-9\s])"""  # not behind the point of an abbreviation: `e.g. this`
    r"""|(?<=[.!?…]["”\u2019)*_])\s+(?=[^a-z0-9\s])"""
    r"""|(?<=[。\uff01\uff1f])"""  # Chinese and Japanese leave no space
)


def sentences(prose: str) -> tuple[str, ...]:
    """The sentences of a piece of Markdown, in order; a heading and an item of a list are each their own."""
    return tuple(
        " ".join(sentence.split())
        for paragraph in _paragraphs(prose)
        for sentence in _SENTENCE_END.split(paragraph)
        if sentence.strip()
    )


def sentences_outside(document: str) -> tuple[str, ...]:
    """The sentences of a policy's document that stand in no clause, without its title."""
    source = Source.of("", document)
    read = read_document(source, Faults(source))
    taken = {line for block in read.outside for line in range(*block.lines)}
    for section in read.sections:
        taken.update(range(section.heading.lines[0], section.end))
    lines = [source.line(number) for number in range(len(source.line_starts)) if number not in taken]
    title = next((line for line in lines if _ANCHOR.sub("", line).lstrip("#").strip() == read.title), None)
    if title is not None:
        lines.remove(title)
    return sentences("\n".join(lines))


def _paragraphs(prose: str) -> Iterator[str]:
    """Each paragraph on one line, without the marks of headings and lists."""
    lines: list[str] = []
    for raw in prose.splitlines():
        text = raw.strip()
        mark = _MARK.match(text)
        if (not text or mark) and lines:
            yield " ".join(lines)
            lines = []
        if mark is not None and text.startswith("#"):
            yield _ANCHOR.sub("", text[mark.end() :])
        elif text:
            lines.append(text[mark.end() :] if mark else text)
    if lines:
        yield " ".join(lines)
