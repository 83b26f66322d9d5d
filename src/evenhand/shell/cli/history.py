"""`evenhand history`: what is kept of all items, and for how long."""

import typer

from evenhand.app import keeping as use

from ._options import DEFAULT_STORE, AsStaff, Json, StoreUrl, opened
from ._output import as_json, console, moment, table

commands = typer.Typer(help="The history of all items: segments and retention.")


@commands.command("list")
def list_(store: StoreUrl = DEFAULT_STORE, json: Json = False) -> None:
    """List the segments, with the day from which each may be deleted."""
    app = opened(store)
    found = use.list_segments(app)
    if json:
        as_json(found)
        return
    rows = [
        (
            "journal" if one.segment is None else str(one.segment),
            f"{one.first_seq} to {one.last_seq}",
            moment(one.sealed_at),
            "-" if one.newest is None else moment(use.retention_ends(app, one.newest)),
            "expired" if one.expired_at else "kept",
        )
        for one in found
    ]
    console().print(table(["segment", "items", "sealed", "kept until", "state"], rows))


@commands.command("seal")
def seal(store: StoreUrl = DEFAULT_STORE, json: Json = False) -> None:
    """Seal the journal into a segment now, without waiting for it to fill."""
    sealed = use.seal_history(opened(store))
    if json:
        as_json({"sealed": sealed})
        return
    console().print(f"Sealed {sealed} items.")


@commands.command("expire")
def expire(staff: AsStaff, store: StoreUrl = DEFAULT_STORE, json: Json = False) -> None:
    """Delete what came in longer ago than the setting history-days, sealed or not."""
    gone = use.expire_history(opened(store), by=staff)
    if json:
        as_json(gone)
        return
    console().print(f"Deleted {gone.segments} segments, and {gone.journal_items} items of the journal.")
