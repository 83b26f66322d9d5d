"""`evenhand cases`: the queue, one case, claims and decisions."""

from typing import Annotated

import typer
from rich.text import Text

from evenhand.app import cases as use
from evenhand.cases import CaseState
from evenhand.errors import BadInput
from evenhand.vocabulary import Action, ClauseId, Verdict

from ._case_page import case_page
from ._options import DEFAULT_STORE, AsStaff, Json, StoreUrl, opened
from ._output import as_json, console, line, moment, shown, table

commands = typer.Typer(help="Cases: what waits for a person, and what was decided.")

Case = Annotated[str, typer.Argument(help="The case, as `cases list` prints it.", metavar="CASE")]


@commands.command("list")
def list_(
    state: Annotated[CaseState | None, typer.Option(help="Only those in this state.")] = None,
    queue: Annotated[str | None, typer.Option(help="Only those of one queue.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 20,
    store: StoreUrl = DEFAULT_STORE,
    json: Json = False,
) -> None:
    """List cases in the order of the queue: priority, severity, trusted flaggers, reach, age."""
    app = opened(store)
    found = use.list_cases(app, state=state, queue=queue, limit=limit)
    if json:
        as_json(found)
        return
    rows = [_line(one) for one in found]
    columns = ["case", "queue", "#prio", "clause", "#reports", "state", "posted", "text"]
    console().print(table(columns, rows))
    counts = use.count_cases(app)
    console().print(", ".join(f"{number} {state}" for state, number in sorted(counts.items())) or "No cases.")


def _line(one: use.QueuedCase) -> tuple[str | Text, ...]:
    item = one.item
    return (
        one.status.id,
        one.status.queue,
        str(one.status.priority),
        one.clause or "-",
        str(one.status.reports),
        one.status.state.value,
        moment(item.created_at) if item else "-",
        shown(item.text or "(erased)", 70) if item else "-",
    )


@commands.command("show")
def show(case: Case, store: StoreUrl = DEFAULT_STORE, json: Json = False) -> None:
    """Show one case: the item, why it is here, what was decided."""
    file = use.show_case(opened(store), case)
    if json:
        as_json(use.public_file(file))
        return
    case_page(console(), file)


@commands.command("claim")
def claim(case: Case, staff: AsStaff, store: StoreUrl = DEFAULT_STORE, json: Json = False) -> None:
    """Take a case for fifteen minutes, or renew it."""
    status = use.claim_case(opened(store), case, by=staff)
    if json:
        as_json(status)
        return
    console().print(f"{status.id} is yours until {moment(status.claimed_until)} UTC.")


@commands.command("release")
def release(case: Case, staff: AsStaff, store: StoreUrl = DEFAULT_STORE, json: Json = False) -> None:
    """Give a case back."""
    status = use.release_case(opened(store), case, by=staff)
    if json:
        as_json(status)
        return
    console().print(line(f"{status.id} is back in the queue {status.queue}."))


@commands.command("decide")
def decide(
    case: Case,
    staff: AsStaff,
    reason: Annotated[str, typer.Option(help="Why, for the person concerned: one or two sentences.")],
    clause: Annotated[str | None, typer.Option(help="The clause that is broken: H1, or POLICY/H1.")] = None,
    action: Annotated[Action | None, typer.Option(help="What is ordered.")] = None,
    no_violation: Annotated[bool, typer.Option("--no-violation", help="Nothing is broken.")] = False,
    store: StoreUrl = DEFAULT_STORE,
    json: Json = False,
) -> None:
    """Take the decision that closes a case. Its notice is written in the same step."""
    decision, notice = use.decide_case(
        opened(store), case, _verdict(clause, action, reason, no_violation=no_violation), by=staff
    )
    if json:
        as_json({"decision": decision, "notice": notice.id})
        return
    what = f"{decision.verdict.action} under {decision.verdict.clause}" if clause else "no violation"
    sent = "waits in the outbox" if notice.sent else "is kept; nothing was restricted, so it is not sent"
    console().print(line(f"{case} is decided: {what} ({decision.id}). The notice {sent}:"))
    console().print(f"evenhand notices show {notice.id}")


def _verdict(clause: str | None, action: Action | None, reason: str, *, no_violation: bool) -> Verdict:
    if no_violation == (clause is not None):
        raise BadInput(
            "a decision is either under a clause or that nothing is broken",
            mend="give --clause with --action, or --no-violation alone",
        )
    if no_violation and action not in {None, Action.NO_ACTION}:
        raise BadInput(f"--no-violation orders nothing, not {action}", mend="leave out --action")
    if clause is not None and action is None:
        raise BadInput(
            "a clause needs an action", mend="add --action; `evenhand policy show` lists what it allows"
        )
    return Verdict(
        clause=None if clause is None else ClauseId(clause), action=action or Action.NO_ACTION, reason=reason
    )
