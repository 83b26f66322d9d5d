"""Naming an item: `SOURCE/ID` means one thing, whatever an id holds."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import a_policy_folder, an_app, posts, scanned
from evenhand.app import App
from evenhand.app.reports import add_report
from evenhand.errors import BadInput
from evenhand.intake import Reject
from evenhand.vocabulary import ReporterClass, Subject, SubjectKind, check_source

ADDRESSES = ("https://town.example/posts/7", "at://did:plc:abc/app.bsky.feed.post/3k", "HTTP://a.example/1")


def sources() -> st.SearchStrategy[str]:
    return st.text(min_size=1).filter(lambda text: "/" not in text and bool(text.strip()))


@given(kind=st.sampled_from(SubjectKind), source=sources(), name=st.text(min_size=1))
def test_what_is_printed_is_read_again(kind: SubjectKind, source: str, name: str) -> None:
    """For every source that intake lets in, and any id: slashes, colons, addresses."""
    check_source(source)
    subject = Subject(kind=kind, source=source, id=name)

    assert Subject.parse(str(subject)) == subject


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_is_an_id_as_a_whole(address: str) -> None:
    item = Subject(kind=SubjectKind.ITEM, source="default", id=address)

    assert Subject.parse(address) == item
    assert Subject.parse(f"default/{address}") == item
    assert Subject.parse(f"bsky/{address}").source == "bsky"


@pytest.mark.parametrize(
    ("text", "source", "name"),
    [
        ("7", "default", "7"),
        ("vale/7", "vale", "7"),
        ("vale/7/8", "vale", "7/8"),
        ("did:plc:7", "default", "did:plc:7"),
    ],
)
def test_a_bare_name_is_an_id_or_a_source_and_an_id(text: str, source: str, name: str) -> None:
    assert Subject.parse(text) == Subject(kind=SubjectKind.ITEM, source=source, id=name)


@pytest.mark.parametrize("source", ["a/b", "/", "https://town.example", "", "  "])
def test_a_source_that_could_not_be_named_is_refused(tmp_path: Path, source: str) -> None:
    """Before anything is stored: of a whole scan at once, of a row as a reject."""
    app = an_app(tmp_path)
    with pytest.raises(BadInput, match=r"^the source .*(slash|blank)") as caught:
        check_source(source)
    assert caught.value.mend

    rejects = list[Reject]()
    rows = [*posts("hello"), {**posts("hello")[0], "id": "x", "source": source}]
    summary = scanned(app, rows, a_policy_folder(tmp_path / "conduct"), rejects=rejects)

    assert summary.progress.rejected == (1 if source else 0)  # an empty one is none: `--source` stands for it
    assert [one.reason for one in rejects] == ([caught.value.message] if source else [])


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_item_whose_id_is_an_address_can_be_reported(app: App, policy: Path, address: str) -> None:
    scanned(app, [{**posts("hello")[0], "id": address, "source": "default"}], policy)

    filed = add_report(
        app,
        Subject.parse(address),
        reporter_class=ReporterClass.USER,
        reporter=None,
        clause=None,
        text="Look.",
    )

    assert filed.case_id
