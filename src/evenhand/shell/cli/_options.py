"""Options that several commands share."""

from typing import Annotated

import typer

from evenhand.app import App
from evenhand.errors import BadInput
from evenhand.store import Store

StoreUrl = Annotated[
    str,
    typer.Option("--store", envvar="EVENHAND_STORE", help="The store, as an SQLAlchemy URL.", metavar="URL"),
]
DEFAULT_STORE = "sqlite:///evenhand.db"

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
AsStaff = Annotated[
    str, typer.Option("--as", help="Who acts: a name in the staff register.", metavar="STAFF")
]
Columns = Annotated[
    list[str] | None,
    typer.Option("--column", help="Where a column has another name: id=content_id.", metavar="KNOWN=NAME"),
]


def opened(url: str, *, create: bool = False) -> App:
    """The installation behind a store's URL."""
    return App(Store.open(url, create=create))


def mapping(columns: list[str] | None) -> dict[str, str]:
    """The column names that `--column` gives.

    Raises:
        BadInput: One is not of the form KNOWN=NAME, or a column is given twice.
    """
    pairs: dict[str, str] = {}
    for text in columns or []:
        known, equals, name = text.partition("=")
        if not (known and equals and name):
            raise BadInput(
                f"--column {text!r} is not of the form KNOWN=NAME", mend="for example --column id=post_id"
            )
        if known.strip() in pairs:
            raise BadInput(
                f"--column gives {known.strip()} twice: {pairs[known.strip()]!r} and {name.strip()!r}",
                mend="keep the one that is meant",
            )
        pairs[known.strip()] = name.strip()
    return pairs
