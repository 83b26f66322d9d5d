"""`evenhand reports`: somebody's word that an item breaks a rule."""

from typing import Annotated

import typer

from evenhand.app import reports as use
from evenhand.vocabulary import ReporterClass, Subject

from ._options import DEFAULT_STORE, Json, StoreUrl, opened
from ._output import as_json, console, moment, shown, table, tell

commands = typer.Typer(help="Reports from users, flaggers and authorities.")


@commands.command("add")
def add(
    item: Annotated[str, typer.Argument(help="The item: SOURCE/ID, or its ID.", metavar="ITEM")],
    text: Annotated[str, typer.Option(help="What is wrong with it, in the reporter's words.")],
    clause: Annotated[str | None, typer.Option(help="The clause alleged: H1, or POLICY/H1.")] = None,
    from_: Annotated[
        ReporterClass, typer.Option("--from", help="Who reports, by class.")
    ] = ReporterClass.USER,
    reporter: Annotated[str | None, typer.Option(help="The reporter's handle; kept confidential.")] = None,
    store: StoreUrl = DEFAULT_STORE,
    json: Json = False,
) -> None:
    """Record a report; it joins the case about the item, or opens one."""
    filed = use.add_report(
        opened(store), Subject.parse(item), reporter_class=from_, reporter=reporter, clause=clause, text=text
    )
    if filed.unread:
        tell(f"The report was taken, but the detectors could not read the item: {filed.unread}")
    if json:
        as_json(filed)
        return
    known = " (you had reported it before)" if filed.repeated else ""
    console().print(f"Received as {filed.report_id}{known}. It belongs to case {filed.case_id}.")


@commands.command("list")
def list_(
    case: Annotated[str | None, typer.Option(help="Only those of one case.", metavar="CASE")] = None,
    store: StoreUrl = DEFAULT_STORE,
    json: Json = False,
) -> None:
    """List reports, the newest first. Who filed one is not shown."""
    found = use.list_reports(opened(store), case)
    if json:
        as_json([{"case": case_id, **use.without_reporter(report)} for case_id, report in found])
        return
    rows = [
        (
            report.id,
            case_id,
            moment(report.received_at),
            report.reporter_class.value,
            report.clause or "-",
            shown(str(report.subject), 40),
            shown(report.text, 60),
        )
        for case_id, report in found
    ]
    console().print(table(["report", "case", "received", "from", "clause", "about", "says"], rows))
