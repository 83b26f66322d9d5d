"""`evenhand terms`: the words that rules look for, and which of them are worth it."""

from collections.abc import Sequence
from typing import Annotated

import typer

from evenhand.app import terms as use
from evenhand.detect.term_statistics import TermRecord, TermStatistics

from ._options import DEFAULT_STORE, Json, StoreUrl, opened
from ._output import as_json, console, table

commands = typer.Typer(help="Term banks: the words that rules look for, and which of them are worth it.")

Bank = Annotated[str | None, typer.Option(help="Only the terms of one bank.", metavar="NAME")]


@commands.command("list")
def list_(bank: Bank = None, store: StoreUrl = DEFAULT_STORE, json: Json = False) -> None:
    """List the term banks of the policies in force, or the terms of one."""
    found = use.list_banks(opened(store), name=bank)
    if json:
        as_json([_as_record(one) for one in found])
        return
    if bank is None:
        columns = ["bank", "language", "#terms", "surfaces", "policies", "meaning"]
        console().print(table(columns, [_bank_row(one) for one in found]))
        return
    rows = [
        (str(term.line), term.written, ", ".join(term.written_needs))
        for one in found
        for term in one.bank.terms
    ]
    console().print(table(["#line", "term", "needs one of"], rows))


@commands.command("statistics")
def statistics(
    bank: Bank = None,
    least: Annotated[
        int, typer.Option(min=1, help="So many cases must be decided before a term is judged.")
    ] = 10,
    below: Annotated[
        float,
        typer.Option(min=0, max=1, help="A term is marked where surely less than this share was upheld."),
    ] = 0.5,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many terms at most.")] = 50,
    store: StoreUrl = DEFAULT_STORE,
    json: Json = False,
) -> None:
    """Show how often the matches of each term were upheld, with 95 % intervals, the worst term first."""
    counted = use.term_statistics(opened(store), bank=bank, least=least, below=below)
    shown = counted.terms[:limit]
    if json:
        as_json(
            {"cases": counted.cases, "erased": counted.erased, "terms": shown, "of_terms": len(counted.terms)}
        )
        return
    _print(counted, shown)


def _as_record(one: use.BankInForce) -> dict[str, object]:
    bank = one.bank
    return {
        "bank": bank.name,
        "meaning": bank.meaning,
        "language": bank.language,
        "only": bank.only,
        "surfaces": one.surfaces,
        "policies": one.policies,
        "terms": [
            {"line": term.line, "term": term.written, "needs": term.written_needs} for term in bank.terms
        ],
    }


def _bank_row(one: use.BankInForce) -> tuple[str, ...]:
    bank = one.bank
    language = f"{bank.language} only" if bank.only else bank.language
    surfaces = "yes" if one.surfaces else "no"
    return bank.name, language, str(len(bank.terms)), surfaces, ", ".join(one.policies), bank.meaning


def _print(counted: TermStatistics, shown: Sequence[TermRecord]) -> None:
    columns = ["bank", "term", "#cases", "#open", "#decided", "#upheld", "#share upheld", ""]
    out = console()
    out.print(table(columns, [_row(one) for one in shown]))
    out.print(_foot(counted, len(shown)), markup=False)


def _row(one: TermRecord) -> tuple[str, ...]:
    figures = (one.matched, one.open, one.decided, one.upheld)
    share = "-" if one.share is None else f"{one.share.value:.2f} ({one.share.low:.2f}-{one.share.high:.2f})"
    return (one.bank, one.term, *map(str, figures), share, _remark(one))


def _remark(one: TermRecord) -> str:
    if one.mostly_innocent:
        return "catches mostly the innocent"
    return "" if one.surfaces else "no rule surfaces by it"


def _foot(counted: TermStatistics, shown: int) -> str:
    marked = sum(one.mostly_innocent for one in counted.terms)
    never = sum(not one.matched for one in counted.terms)
    erased = f", {counted.erased:,} of them erased" if counted.erased else ""
    left = f"; {shown:,} are shown, see --limit" if shown < len(counted.terms) else ""
    return (
        f"{len(counted.terms):,} terms in {counted.cases:,} cases{erased}:"
        f" {marked:,} catch mostly the innocent, {never:,} never matched{left}"
    )
