"""`evenhand detectors`: those at work, and a new one tried in shadow before it takes over."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer

from evenhand.app import detectors as use
from evenhand.app.comparing import Change, ShadowReport
from evenhand.detect.quality import Measured

from ._options import DEFAULT_STORE, AsStaff, Json, StoreUrl, opened
from ._output import as_json, console, line, table

commands = typer.Typer(help="Detectors: which are at work, and a new one tried in shadow.")

_SHOWN = 20  # groups of one kind that a table shows; --json has them all

Spec = Annotated[
    str,
    typer.Argument(help="A detector: NAME, or NAME@FOLDER for a model of your own.", metavar="SPEC"),
]
Since = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"],
        help="Also run both on items scanned from then on (UTC), where no scan did.",
        metavar="DATE",
    ),
]


@commands.command("list")
def list_(store: StoreUrl = DEFAULT_STORE, json: Json = False) -> None:
    """List the detectors: those at work in their order, the one in shadow, and what else is installed."""
    found = use.list_detectors(opened(store))
    if json:
        as_json(found)
        return
    rows = [(one.state or "-", one.spec, one.version or "-", one.fault) for one in found]
    console().print(table(["state", "detector", "version", ""], rows))


@commands.command("shadow")
def shadow(spec: Spec, store: StoreUrl = DEFAULT_STORE, json: Json = False) -> None:
    """Run a detector in shadow from the next scan on: its signals are kept, and no rule reads them."""
    new = use.shadow_detector(opened(store, create=True), spec)
    if json:
        as_json(new)
        return
    console().print(line(f"{new.name} {new.version} runs in shadow from the next scan on."))
    console().print("evenhand detectors report")


@commands.command("report")
def report(
    spec: Annotated[
        str | None, typer.Argument(help="A detector; without it the one in shadow.", metavar="SPEC")
    ] = None,
    since: Since = None,
    store: StoreUrl = DEFAULT_STORE,
    json: Json = False,
) -> None:
    """Show what would change if a detector took over: who surfaces what, by group and over decisions."""
    made = use.report_shadow(opened(store), spec, since=_utc(since))
    if json:
        as_json({"sha256": use.report_hash(made), "items": made.items, "report": made})
        return
    _print(made)


@commands.command("activate")
def activate(
    spec: Spec,
    staff: AsStaff,
    since: Since = None,
    without_report: Annotated[
        bool, typer.Option("--without-report", help="Put it to work unseen; that is recorded.")
    ] = False,
    store: StoreUrl = DEFAULT_STORE,
    json: Json = False,
) -> None:
    """Put a detector to work in another's place, once both were compared on 1,000 items or more."""
    app = opened(store)
    done = use.activate_detector(app, spec, by=staff, since=_utc(since), without_report=without_report)
    if json:
        as_json(done)
        return
    told = f"by the report {done.report_sha256[:16]}" if done.report_sha256 else "without a report"
    console().print(line(f"{done.detector.name} {done.detector.version} is at work, {told}."))


@commands.command("stop")
def stop(store: StoreUrl = DEFAULT_STORE, json: Json = False) -> None:
    """End the shadow. What it saw is kept as long as the items are."""
    before = use.stop_shadow(opened(store))
    if json:
        as_json({"stopped": before})
        return
    console().print(line(f"{before} is no longer in shadow."))


def _utc(day: datetime | None) -> datetime | None:
    return None if day is None else day.replace(tzinfo=UTC)


def _print(made: ShadowReport) -> None:
    out = console()
    old = ", ".join(f"{one.name} {one.version}" for one in made.replaced) or "nothing"
    out.print(line(f"{made.shadow.name} {made.shadow.version} in the place of {old}"))
    out.print(line(f"{made.items:,} items: {made.recorded:,} as scans saw them, {made.replayed:,} run again"))
    if made.left_out:
        out.print(line(f"{made.left_out:,} items were not seen by both; --since takes them in"))
    for by in dict.fromkeys(one.by for one in made.changes):
        _print_group(by, [one for one in made.changes if one.by == by])
    _print_group("decided", made.decided)
    if made.gone:
        out.print(line(f"{made.gone:,} decided items were erased or have expired, and are not counted"))
    out.print("\nDecided items came to review mostly because those at work surfaced them: of what both miss,")
    out.print("they say nothing, and what the shadow alone would find is seldom among them.")


def _print_group(by: str, changes: Sequence[Change]) -> None:
    most = sorted(changes, key=lambda one: -one.items)[:_SHOWN]
    rows = [_row(one) for one in changes if one in most]
    more = f", {len(changes) - len(most)} smaller groups left out" if len(most) < len(changes) else ""
    columns = [by, "#items", "#both", "#only now", "#only shadow", "share now", "share with the shadow"]
    console().print()
    console().print(table(columns, rows, title=f"surfaced, by {by}{more}" if more else ""))


def _row(one: Change) -> tuple[str, ...]:
    counts = (one.items, one.both, one.only_active, one.only_shadow)
    shares = (_share(one.active), _share(one.shadow))
    return (one.group[:40], *(f"{number:,}" for number in counts), *shares)


def _share(found: Measured | None) -> str:
    return "-" if found is None else f"{found.value:.1%} ({found.low:.1%}-{found.high:.1%})"
