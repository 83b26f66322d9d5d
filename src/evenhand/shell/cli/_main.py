"""All commands under one name, and the one place where errors become lines and exit codes."""

import os
import sys
from typing import Annotated

import typer

from evenhand import __version__
from evenhand.errors import EvenhandError

from . import (
    accounts,
    cases,
    demo,
    detect,
    evaluate,
    history,
    notices,
    policy,
    reports,
    scan,
    settings,
    staff,
    store,
)
from ._output import complain

app = typer.Typer(
    name="evenhand",
    help="Surfaces what breaks a written policy, decides with a person, and tells the whole reason.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"evenhand {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    del version  # acted on by its callback


for module in (scan, detect, evaluate, demo):
    module.add_to(app)
for name, module in {
    "reports": reports,
    "cases": cases,
    "notices": notices,
    "policy": policy,
    "staff": staff,
    "settings": settings,
    "accounts": accounts,
    "history": history,
    "store": store,
}.items():
    app.add_typer(module.commands, name=name, no_args_is_help=True)


def main() -> None:
    """Run a command; errors of ours become one line and the mend."""
    try:
        app()
    except EvenhandError as error:
        complain(error)
        sys.exit(error.exit_code)
    except BrokenPipeError:  # the reader of our output left, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        sys.stderr.write(
            "\nInterrupted. What was acknowledged is kept; the same command goes on from there.\n"
        )
        sys.exit(130)
