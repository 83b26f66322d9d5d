"""`evenhand accounts`: what is kept of one account."""

from typing import Annotated

import typer

from evenhand.app import keeping as use

from ._options import DEFAULT_STORE, AsStaff, Json, StoreUrl, opened
from ._output import as_json, console

commands = typer.Typer(help="Accounts: what is kept of one.")


@commands.command("erase")
def erase(
    account: Annotated[
        str, typer.Argument(help="The account, as items name their author.", metavar="ACCOUNT")
    ],
    staff: AsStaff,
    source: Annotated[str, typer.Option(help="Where the account is.")] = "default",
    store: StoreUrl = DEFAULT_STORE,
    json: Json = False,
) -> None:
    """Forget what an account posted: texts and names go, decisions and every proof stay.

    Reports that it filed about items of the same source lose their reporter; a report does not say where its
    reporter's account is. What interrupted an erasure leaves nothing open that the same command again does
    not finish.
    """
    erased = use.erase_account(opened(store), account, source=source, by=staff)
    if json:
        as_json(erased)
        return
    console().print(
        f"Erased {erased.history_rows} items from the history, {erased.full_rows} surfaced items,"
        f" {erased.event_groups} payloads of events, {erased.notices} notices,"
        f" the reporter of {erased.reports} reports. Their commitments stay.",
        markup=False,
    )
