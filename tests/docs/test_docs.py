"""The pages say what the program does: sessions are typed, lists are whole, links lead on."""

import importlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from doc_sessions import Reader, blocks, steps

from evenhand import errors
from evenhand.app.staff import SETTINGS
from evenhand.shell.cli import app

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted(DOCS.rglob("*.md")),
]
TYPED = [ROOT / "README.md", DOCS / "tutorial.md", *sorted((DOCS / "how-to").glob("*.md"))]
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_EVENT = re.compile(r'\btype="([a-z]+\.[a-z_]+)"')


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def commands(name: str, command: object) -> Iterator[str]:
    """The full name of every command below a group."""
    below = getattr(command, "commands", {})
    if not below:
        yield name
    for own, each in below.items():
        yield from commands(f"{name} {own}", each)


COMMANDS = sorted(commands("evenhand", typer.main.get_command(app)))


@pytest.mark.slow
@pytest.mark.parametrize("page", TYPED, ids=name_of)
def test_sessions_print_what_the_page_says(page: Path, tmp_path: Path) -> None:
    """Whoever types a page from top to bottom sees what the page shows."""
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
    }
    page_steps = list(steps(page.read_text(encoding="utf-8")))

    assert page_steps, "nothing is typed on the page"
    with Reader(tmp_path, environment) as reader:
        for step in page_steps:
            reader.follow(step)


def test_a_page_that_lies_is_found_out(tmp_path: Path) -> None:
    """Other output, no output, too much output and a failed command each fail the page."""
    lies = ["$ echo one\ntwo", "$ echo one", "$ echo one\none\ntwo", "$ false", "$ echo c_000000000000\nc_1"]
    page = "".join(f"```console\n{lie}\n```\n" for lie in lies)

    with Reader(tmp_path, {"PATH": os.environ["PATH"]}) as reader:
        for step in steps(page):
            with pytest.raises(AssertionError, match=f"line {step.line}:"):
                reader.follow(step)


def test_a_name_stands_for_the_one_made_up_this_time(tmp_path: Path) -> None:
    """A name that the program makes up may differ from the page's, but stays the same on the whole page."""
    page = (
        "```console\n$ echo case c_aaaaaaaaaaaa\ncase c_aaaaaaaaaaaa\n"
        "$ NEW=c_bbbbbbbbbbbb; echo opened c_999999999999 | sed s/c_9*/$NEW/\nopened c_cccccccccccc\n"
        "$ echo c_cccccccccccc\nc_bbbbbbbbbbbb\n```\n"
    )
    first, second, third = steps(page)

    with Reader(tmp_path, {"PATH": os.environ["PATH"]}) as reader:
        reader.follow(first)
        reader.follow(second)
        assert reader.names["c_cccccccccccc"] == "c_bbbbbbbbbbbb"
        assert reader.type(third.typed) == ("c_bbbbbbbbbbbb\n", 0)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command: str) -> None:
    """The reference has a part for every command, and some page a person reads shows how it is used."""
    assert f"### {command}\n" in (DOCS / "reference/cli.md").read_text(encoding="utf-8")
    assert any(command in page.read_text(encoding="utf-8") for page in TYPED)


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_setting_is_documented(setting: str) -> None:
    assert f"`{setting}`" in (DOCS / "reference/settings.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("error", errors.__all__)
def test_every_error_is_documented(error: str) -> None:
    page = DOCS / "reference/exit-codes-and-errors.md"

    assert f"`{error}`" in page.read_text(encoding="utf-8")


def test_every_event_is_documented() -> None:
    """The store's page names every type of event that a use case appends."""
    page = (DOCS / "reference/store.md").read_text(encoding="utf-8")
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src/evenhand/app").glob("*.py"))
    types = set(_EVENT.findall(source))

    assert types
    assert {name for name in types if f"`{name}`" not in page} == set()


def test_the_index_leads_to_every_page() -> None:
    """No page is hidden: the index links each one."""
    index = DOCS / "index.md"
    linked = {
        (DOCS / link.split("#")[0]).resolve() for link in _LINK.findall(index.read_text(encoding="utf-8"))
    }

    assert {
        name_of(page) for page in PAGES if page.parent != ROOT and page != index and page not in linked
    } == set()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link names a file that is there, and a heading of it where it names one."""
    text = page.read_text(encoding="utf-8")
    for link in _LINK.findall(text):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, heading = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{name_of(page)} links to {link}"
        assert not heading or heading in anchors(target), f"{name_of(page)} links to {link}"


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as forges make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_generated_parts_are_fresh() -> None:
    """What the code knows stands in the pages so: `docs/generate.py --check` finds nothing."""
    done = subprocess.run(
        [sys.executable, DOCS / "generate.py", "--check"], capture_output=True, text=True, check=False
    )

    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


def test_a_stale_part_is_written_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """What somebody changed by hand inside the marks is put back; a name that nothing writes is refused."""
    monkeypatch.syspath_prepend(DOCS)
    generate = importlib.import_module("generate")
    fresh = (DOCS / "reference/settings.md").read_text(encoding="utf-8")
    stale = fresh.replace("`complaints-to`", "`complaints`", 1)

    assert stale != fresh
    assert generate.with_parts(stale) == fresh
    with pytest.raises(SystemExit, match="nothing writes the part 'weather'"):
        generate.with_parts("<!-- begin: weather -->\nrain\n<!-- end: weather -->")


def test_make_targets_exist() -> None:
    """Every `make` command of the README and of CONTRIBUTING is a target of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    pages = (page.read_text(encoding="utf-8") for page in PAGES[:2])
    named = {target for page in pages for target in re.findall(r"\bmake ([a-z]+)\b", page)}

    assert {"demo", "test"} <= named
    assert {target for target in named if not re.search(rf"^{target}:", makefile, re.MULTILINE)} == set()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_session_is_typed(page: Path) -> None:
    """A page says of every fenced block what it is, so that no session stands in one that nobody types."""
    text = page.read_text(encoding="utf-8")

    assert [line for line, _ in blocks(text, "")] == []
    if page in TYPED:
        assert "$ evenhand" not in re.sub(r"```console\n.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
