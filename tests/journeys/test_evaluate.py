"""`evenhand evaluate`: what a person reads, what a program reads, and the page."""

import json
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from commands import EVENHAND, Ran, Run

EVIL = "<script>alert(1)</script>\u202e\x1b[2J"
PEER = """
import numpy as np
from evenhand.vocabulary import Column, Signal, SignalType


class Loud:
    name, version = "loud", "3"
    signals = (Signal(name="peer.loud", type=SignalType.PROBABILITY, meaning="Share of capitals."),)
    thresholds = {"peer.loud": 0.5}

    def examine(self, batch):
        texts = batch.texts()
        shares = [sum(map(str.isupper, text)) / max(len(text), 1) for text in texts]
        return {"peer.loud": Column(np.array(shares), np.array([not text.isdigit() for text in texts]))}

    def spans(self, batch):
        return [() for _ in range(len(batch))]


def load(_):
    return Loud()
"""


@pytest.fixture
def labelled(tmp_path: Path) -> str:
    """A hundred rows, some of them in a group with a bad name."""
    texts = [
        "Travellers are vermin. You don't house vermin.",
        "BINS GO OUT ON TUESDAY",
        "12345",
        "A kind word.",
    ]
    rows = [
        {
            "id": str(number),
            "source": "vale",
            "text": texts[number % 4],
            "label_hateful": int(number % 4 == 0),
            "dialect": EVIL if number % 2 else "plain",
        }
        for number in range(100)
    ]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return "rows.jsonl"


@pytest.fixture
def run_with_peer(tmp_path: Path) -> Run:
    """The real command where a second detector, `loud`, is installed by its entry point."""
    (tmp_path / "loud.py").write_text(PEER, encoding="utf-8")
    metadata = tmp_path / "loud-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: loud\nVersion: 1\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text("[evenhand.detectors]\nloud = loud:load\n", encoding="utf-8")

    def run(*arguments: str) -> Ran:
        done = subprocess.run(
            [str(EVENHAND), *arguments],
            cwd=tmp_path,
            capture_output=True,
            check=False,
            text=True,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PYTHONPATH": str(tmp_path)},
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return run


class Page(HTMLParser):
    """What a page is made of, and whether its elements are closed."""

    VOID = frozenset({"meta", "br"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_a_person_reads_figures_calibration_and_recall(run: Run, labelled: str) -> None:
    done = run("evaluate", labelled)

    assert done.code == 0
    assert "text.hateful from" in done.out
    assert re.search(r"Brier score 0\.\d+ \(0\.\d+-0\.\d+\), calibration error 0\.\d+", done.out)
    assert re.search(r"recall .* at 1%, .* at 5%, .* at 8% false alarms", done.out)
    assert re.search(r"dialect +plain +\d+ +25 ", done.out)


def test_a_program_reads_all_of_it(run_with_peer: Run, labelled: str) -> None:
    """What a model card is filled from."""
    done = run_with_peer("evaluate", labelled, "--against", "loud", "--json").json()

    assert done.keys() == {"detector", "version", "signals", "rows", "rejected", "quality", "against"}
    assert done["quality"].keys() >= {"groups", "thresholds", "seed", "calibrations", "curves", "gaps"}
    assert done["signals"]["text.hateful"] == "text.hateful"
    assert done["against"]["second"]["signals"]["text.hateful"] == "peer.loud"
    whole = done["against"]["comparisons"][0]
    assert (whole["rows"], whole["unknown"]) == (75, 25)
    assert whole["auc"]["difference"].keys() == {"value", "low", "high"}
    assert [at["rate"] for at in done["quality"]["curves"][0]["recall_at"]] == [0.01, 0.05, 0.08]


def test_a_comparison_says_what_the_other_was_judged_by(run_with_peer: Run, labelled: str) -> None:
    done = run_with_peer("evaluate", labelled, "--against", "loud")

    assert "text.hateful: text-cascade against loud 3 from 0.500" in done.out
    assert "loud gives one probability, peer.loud; it is held against every label." in done.out
    assert "p (McNemar)" in done.out


def test_the_page_needs_nothing_but_itself(run_with_peer: Run, labelled: str, tmp_path: Path) -> None:
    """No script, nothing from elsewhere; each plot has a name, and its figures as a table."""
    done = run_with_peer("evaluate", labelled, "--against", "loud", "--output", "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    page = Page(text)

    assert done.code == 0
    assert not {"script", "link", "img", "iframe", "object"} & set(page.tags)
    assert not [value for name, value in page.attributes if name in {"src", "style"} or name.startswith("on")]
    assert all(str(value).startswith("#") for name, value in page.attributes if name == "href")
    assert "url(" not in text
    images = [value for name, value in page.attributes if name == "role" and value == "img"]
    assert page.tags.count("svg") == len(images) >= 3
    assert page.tags.count("table") == page.tags.count("caption") > 5


def test_the_page_says_what_the_terminal_says(run: Run, labelled: str, tmp_path: Path) -> None:
    done = run("evaluate", labelled, "--output", "report.html", "--json").json()
    words = " ".join("".join(Page((tmp_path / "report.html").read_text(encoding="utf-8")).words).split())

    whole = done["quality"]["groups"][0]
    for name in ("accuracy", "f1_macro", "auc", "recall", "false_positive_rate"):
        measured = whole[name]
        assert f"{measured['value']:.3f} {measured['low']:.3f}–{measured['high']:.3f}" in words, name  # noqa: RUF001 - as the page has it


def test_a_name_cannot_change_the_page(run: Run, labelled: str, tmp_path: Path) -> None:
    """A value of a data set is text: no element, no control character, nothing that turns the line around."""
    run("evaluate", labelled, "--output", "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert not set("\u202e\x1b") & set(text)


def test_the_page_comes_whole_or_not_at_all(run: Run, labelled: str, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("older", encoding="utf-8")

    done = run("evaluate", labelled, "--split", "none", "--output", "report.html")

    assert done.code == 2
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == "older"
    assert run("evaluate", labelled, "--output", labelled).code == 2


def test_one_answer_alone_is_measured_and_said(run: Run, tmp_path: Path) -> None:
    """Ordinary posts alone have false alarms, and no curve; the page says why."""
    rows = [{"id": str(n), "text": "A kind word.", "label_hateful": 0} for n in range(20)]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    done = run("evaluate", "rows.jsonl", "--output", "report.html")

    assert "No row has the label, so there is no macro-F1, no AUC and no curve." in done.out
    assert "No row has the label" in (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("content", "arguments", "says", "mend"),
    [
        (b"", (), "rows.csv is empty", "names of the columns"),
        (b"id,text,label_hateful\n", (), "there are no rows", "files that have some"),
        (b"id,text\n1,hello\n", (), "no row says what it is", "label_threat"),
        (b"id,text,label_hateful\n1,a,yes\n", (), "the label hateful says 'yes'", "write 1 where"),
        (b"id,text,label_hateful,label_hateful\n1,a,1,0\n", (), "label_hateful", "column"),
        (b"id,text,label_hateful\n1,a,1\n", ("--by", "x"), "no row has a value in a column 'x'", "--by"),
        (b"id,text,label_hateful\n1,a,1\n", ("--by", "x", "--by", "x"), "--by gives x twice", "once"),
        (b"id,text,label_hateful\n1,a,1\n", ("--against", "nobody"), "no detector 'nobody'", "text-linear"),
        (
            b"id,text,label_hateful\n1,a,1\n",
            ("--against", "text-cascade"),
            "compared with itself",
            "--against",
        ),
        (b"id,text,label_hateful\n1,a,1\n", ("--detector", "terms"), "can be judged on no label", "detector"),
        (b"id,text,label_hateful\n1,a,1\n", ("--seed", "-1"), "--seed", "--help"),
        (b"id,text,label_hateful\n1,a,1\n", ("--output", "."), "is a folder", "a file in it"),
    ],
)
def test_misuse_is_one_line_and_the_mend(
    run: Run, tmp_path: Path, content: bytes, arguments: tuple[str, ...], says: str, mend: str
) -> None:
    (tmp_path / "rows.csv").write_bytes(content)

    done = run("evaluate", "rows.csv", *arguments)

    assert done.code == 2
    assert "Traceback" not in done.err
    assert says in done.err
    assert mend in done.err
