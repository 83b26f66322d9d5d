"""`evenhand notices`: what people were told."""

from typing import Annotated

import msgspec
import typer

from evenhand.app import notices as use

from ._options import DEFAULT_STORE, Json, StoreUrl, opened
from ._output import as_json, console, printable, table

commands = typer.Typer(help="Notices: the statement of reasons of each decision.")


@commands.command("list")
def list_(store: StoreUrl = DEFAULT_STORE, json: Json = False) -> None:
    """List notices, the newest decision first."""
    found = use.list_notices(opened(store))
    if json:
        as_json(found)
        return
    rows = [
        (
            one.id,
            one.decision_id,
            one.recipient.value,
            one.language,
            "yes" if one.sent else "no",
            one.sha256[:16],
        )
        for one in found
    ]
    console().print(table(["notice", "decision", "to", "language", "goes out", "sha-256"], rows))


@commands.command("show")
def show(
    name: Annotated[
        str, typer.Argument(help="A notice, a decision or a case.", metavar="NOTICE|DECISION|CASE")
    ],
    store: StoreUrl = DEFAULT_STORE,
    json: Json = False,
) -> None:
    """Show a notice as the person reads it."""
    notice = use.show_notice(opened(store), name)
    if json:
        as_json({**msgspec.to_builtins(notice), "record": msgspec.json.decode(notice.record or "{}")})
        return
    text = notice.text or f"(erased; SHA-256 of its record: {notice.sha256})\n"
    console().print(printable(text), markup=False, soft_wrap=True, end="")
