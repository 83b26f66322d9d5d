"""What a policy's author is told: one file per fault, and beside it the exact words.

`make golden`, or this file run with EVENHAND_GOLDEN=rewrite, writes the words anew; review reads the diff.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from policy_samples import REGISTRY, a_document, a_rule

from evenhand.errors import RuleError
from evenhand.policy import parse_policy

FOLDER = Path(__file__).parent.parent / "golden" / "policy"
DOCUMENTS = sorted(path.stem for path in FOLDER.glob("*.md"))
# Documents that no text file should hold.
BYTES = {
    "bytes-nul": a_document(a_rule("item.is_reply")).replace("people", "peo\0ple").encode(),
    "bytes-not-utf-8": a_document(a_rule("item.is_reply")).encode().replace(b"people", b"peo\xffple"),
    "bytes-too-many": b"# Conduct\n" * 110_000,
    "bytes-none": b"",
}


def _told(content: bytes, name: str) -> str:
    with pytest.raises(RuleError) as refused:
        parse_policy({"policy.md": content}, registry=REGISTRY, where=f"policies/{name}")
    return f"{refused.value.message}\nmend: {refused.value.mend}\n"


Compare = Callable[[str, str], None]


@pytest.fixture
def compare(pytestconfig: pytest.Config) -> Compare:
    """Compare what was told with the golden file of a name, or write that anew."""
    rewrite = (
        pytestconfig.getoption("golden", default=False) or os.environ.get("EVENHAND_GOLDEN") == "rewrite"
    )

    def _compare(told: str, name: str) -> None:
        golden = FOLDER / f"{name}.txt"
        if rewrite:
            golden.write_text(told, encoding="utf-8", newline="")
        assert told == golden.read_text(encoding="utf-8")

    return _compare


@pytest.mark.parametrize("name", DOCUMENTS)
def test_fault_is_told_in_these_words(name: str, compare: Compare) -> None:
    compare(_told((FOLDER / f"{name}.md").read_bytes(), name), name)


@pytest.mark.parametrize("name", sorted(BYTES))
def test_bytes_that_are_no_document_are_told_in_these_words(name: str, compare: Compare) -> None:
    compare(_told(BYTES[name], name), name)


def test_folder_without_document_is_told_in_these_words(compare: Compare) -> None:
    with pytest.raises(RuleError) as refused:
        parse_policy({"README.md": b""}, registry=REGISTRY, where="policies/none")
    compare(f"{refused.value.message}\nmend: {refused.value.mend}\n", "folder-without-document")


def test_every_golden_file_is_used() -> None:
    """Words whose document is gone are removed with it."""
    texts = {path.stem for path in FOLDER.glob("*.txt")}

    assert texts == {*DOCUMENTS, *BYTES, "folder-without-document"}
