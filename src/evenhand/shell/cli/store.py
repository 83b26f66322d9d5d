"""`evenhand store`: the store's own health."""

import typer

from evenhand.app import keeping as use
from evenhand.store.check import refuse

from ._options import DEFAULT_STORE, Json, StoreUrl, opened
from ._output import as_json, console

commands = typer.Typer(help="The store itself.")


@commands.command("check")
def check(store: StoreUrl = DEFAULT_STORE, json: Json = False) -> None:
    """Check every invariant: numbers, chains, commitments, projections, notices."""
    faults = use.check_store(opened(store))
    if json:
        as_json({"faults": faults})
    elif not faults:
        console().print("Every invariant holds.")
    refuse(faults)
