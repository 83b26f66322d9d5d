"""`evenhand settings`: what an installation has to know about its place in the world."""

import typer

from evenhand.app import staff as use

from ._options import DEFAULT_STORE, Json, StoreUrl, opened
from ._output import as_json, console, table

commands = typer.Typer(help="Settings of the installation.")


@commands.command("set")
def set_(name: str, value: str, store: StoreUrl = DEFAULT_STORE, json: Json = False) -> None:
    """Set a setting: complaints-to, history-days."""
    app = opened(store, create=True)
    use.put_setting(app, name, value)
    if json:
        as_json({name: use.all_settings(app)[name]})
        return
    console().print(f"{name} is set.")


@commands.command("list")
def list_(store: StoreUrl = DEFAULT_STORE, json: Json = False) -> None:
    """List all settings with their meaning."""
    values = use.all_settings(opened(store))
    if json:
        as_json(values)
        return
    rows = [(name, values.get(name, "-"), meaning) for name, meaning in use.SETTINGS.items()]
    console().print(table(["setting", "value", "meaning"], rows))
