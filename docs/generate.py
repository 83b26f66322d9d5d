"""Write the parts of the pages that the code knows, and the picture of the README.

    .venv/bin/python docs/generate.py            # write what is stale
    .venv/bin/python docs/generate.py --check    # write nothing; exit 1 with the difference if any is stale

A page holds its generated parts between `<!-- begin: NAME -->` and `<!-- end: NAME -->`; the words around
them are written by hand.
"""  # noqa: INP001 - a script beside what it writes, not a package

import argparse
import difflib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from _pages import BLOCKS
from _picture import picture, words

DOCS = Path(__file__).parent
PICTURE = DOCS / "picture.svg"
_BLOCK = re.compile(r"<!-- begin: (?P<name>[a-z-]+) -->\n.*?<!-- end: (?P=name) -->", re.DOTALL)


def main() -> int:
    """Write or check every page; gives the exit code."""
    parser = argparse.ArgumentParser(description="Write the generated parts of the pages.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a page is stale")
    check = parser.parse_args().check
    stale = [*_stale_pages(), *_stale_picture()]
    for path, before, after in stale:
        if check:
            sys.stdout.writelines(_difference(path, before, after))
        else:
            path.write_text(after, encoding="utf-8")
            sys.stdout.write(f"wrote {path.relative_to(DOCS.parent)}\n")
    if check and stale:
        sys.stdout.write(f"{len(stale)} pages are stale; run docs/generate.py and look at the difference\n")
    return 1 if check and stale else 0


def _stale_pages() -> Iterator[tuple[Path, str, str]]:
    """Path, text and new text of each page whose generated parts are not what the code says."""
    written: set[str] = set()
    for path in sorted(DOCS.rglob("*.md")):
        before = path.read_text(encoding="utf-8")
        written |= {found["name"] for found in _BLOCK.finditer(before)}
        after = with_parts(before)
        if after != before:
            yield path, before, after
    if written != BLOCKS.keys():
        raise SystemExit(f"no page has a part for {', '.join(sorted(BLOCKS.keys() - written))}")


def with_parts(page: str) -> str:
    """A page with its generated parts as the code says them now."""
    return _BLOCK.sub(_block, page)


def _block(found: re.Match[str]) -> str:
    name = found["name"]
    if name not in BLOCKS:
        raise SystemExit(f"nothing writes the part {name!r}; known are {', '.join(sorted(BLOCKS))}")
    return f"<!-- begin: {name} -->\n{BLOCKS[name]().strip()}\n<!-- end: {name} -->"


def _stale_picture() -> Iterator[tuple[Path, str, str]]:
    """The picture, if it shows other words. How rich draws them may differ between its versions."""
    before = PICTURE.read_text(encoding="utf-8") if PICTURE.exists() else ""
    after = picture()
    if words(before) != words(after):
        yield PICTURE, before, after


def _difference(path: Path, before: str, after: str) -> Iterator[str]:
    if path == PICTURE:
        before, after = words(before), words(after)
    name = str(path.relative_to(DOCS.parent))
    lines = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return difflib.unified_diff(*lines, fromfile=name, tofile=f"{name} (as the code says)")


if __name__ == "__main__":
    sys.exit(main())
