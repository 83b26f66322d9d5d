"""All commands under one name, and the one place where errors become lines and exit codes."""

import os
import select
import sys
from typing import Annotated

import typer

from evenhand import __version__
from evenhand.errors import BadInput, EvenhandError, Outside

from . import (
    accounts,
    cases,
    decisions,
    demo,
    detect,
    detectors,
    evaluate,
    history,
    notices,
    policy,
    reports,
    scan,
    settings,
    staff,
    store,
    terms,
)
from ._output import complain, tell

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
    "decisions": decisions,
    "notices": notices,
    "policy": policy,
    "detectors": detectors,
    "terms": terms,
    "staff": staff,
    "settings": settings,
    "accounts": accounts,
    "history": history,
    "store": store,
}.items():
    app.add_typer(module.commands, name=name, no_args_is_help=True)


def main() -> None:
    """Run the command that the process was called with; every error of ours is one line and the mend."""
    sys.exit(_exit_code())


def _exit_code() -> int:
    try:
        return _run()
    except SystemExit as left:
        if isinstance(left.__context__, BrokenPipeError):  # Rich makes this of it, with code 1
            return 0
        raise
    except EvenhandError as error:
        complain(error)
        return error.exit_code
    except KeyboardInterrupt:
        tell("\nInterrupted. What was acknowledged is kept; the same command goes on from there.")
        return 130
    except BrokenPipeError as error:
        if _is_read(sys.stdout.fileno()):
            complain(Outside(f"a pipe broke: {error.strerror}", mend="run the same command again"))
            return Outside.exit_code
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is still buffered goes nowhere
        return 0  # the reader of our output has what it wanted, as `head` does


def _run() -> int:
    """Read the arguments and do what they say, without the handlers that Typer's own `main` has."""
    _refuse_broken_text()
    command = typer.main.get_command(app)
    try:
        with command.make_context("evenhand", sys.argv[1:]) as context:
            command.invoke(context)
    except typer.Exit as left:
        code = left.exit_code
    except typer.TyperException as misuse:
        _explain(misuse)
        code = BadInput.exit_code
    else:
        code = 0
    sys.stdout.flush()  # here, where it can still be said that nobody reads it
    return code


def _refuse_broken_text() -> None:
    """Raises `BadInput` for an argument that is no text: it could be neither stored nor printed."""
    for word in [*sys.argv[1:], os.environ.get("EVENHAND_STORE", "")]:
        try:
            word.encode()
        except UnicodeEncodeError as error:
            shown = word.encode(errors="surrogateescape").decode(errors="replace")
            raise BadInput(
                f"{shown!r} holds bytes that are not UTF-8, expected text",
                mend="write it in UTF-8; rename a file that has such a name",
            ) from error


def _explain(misuse: typer.TyperException) -> None:
    """Say in one line what was misused, and where to look. A bare group has printed its help already."""
    said = misuse.format_message().removesuffix(".")
    if said:
        path = getattr(getattr(misuse, "ctx", None), "command_path", "evenhand")
        complain(BadInput(said, mend=f"see `{path} --help`"))


def _is_read(file: int) -> bool:
    """Whether somebody still reads what is written to a file: a pipe without a reader says that it failed."""
    asked = select.poll()
    asked.register(file, 0)
    return not any(events & select.POLLERR for _, events in asked.poll(0))
