"""`evenhand staff`: the register of those who may act."""

import typer

from evenhand.app import staff as use

from ._options import DEFAULT_STORE, Json, StoreUrl, opened
from ._output import as_json, console, moment, table

commands = typer.Typer(help="The staff register: who may decide.")


@commands.command("add")
def add(name: str, store: StoreUrl = DEFAULT_STORE, json: Json = False) -> None:
    """Put a name into the register."""
    member = use.add_staff(opened(store, create=True), name)
    if json:
        as_json(member)
        return
    console().print(f"{member.name} is in the staff register; notices call them {member.pseudonym}.")


@commands.command("list")
def list_(store: StoreUrl = DEFAULT_STORE, json: Json = False) -> None:
    """List the register."""
    members = use.list_staff(opened(store))
    if json:
        as_json(members)
        return
    rows = [(member.name, member.pseudonym, moment(member.added_at)) for member in members]
    console().print(table(["name", "in notices", "added"], rows))
