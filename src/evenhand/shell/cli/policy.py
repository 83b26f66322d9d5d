"""`evenhand policy`: the document that people read and the machine runs."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markdown import Markdown

from evenhand.app import policies as use
from evenhand.app import utc_now
from evenhand.app.testing import run_examples
from evenhand.errors import Refused
from evenhand.policy import Version, compare, describe
from evenhand.store.registers import StoredPolicy

from ._diff_page import diff_page, diff_record
from ._options import DEFAULT_STORE, Json, StoreUrl, opened
from ._output import as_json, console, line, moment, printable, table, tell
from ._trials_page import trials_page, trials_record

commands = typer.Typer(
    help="Policies: check one, test one, read one, compare two versions, list those in force."
)

Folder = Annotated[
    Path,
    typer.Argument(help="A folder that holds a policy.md, or the name of a shipped policy.", metavar="PATH"),
]

_NAMED = "A folder, the name of a shipped policy, or NAME@VERSION or NAME@HASH of one in the store."
Old = Annotated[str, typer.Argument(help=_NAMED, metavar="OLD")]
New = Annotated[str, typer.Argument(help="The same.", metavar="NEW")]


@commands.command("check")
def check(path: Folder, json: Json = False) -> None:
    """Check that a policy compiles. Every error points at its place and says the mend."""
    policy = use.check_policy(path, utc_now())
    if json:
        as_json({"policy": policy.ref, "clauses": len(policy.clauses), "rules": len(policy.rules)})
        return
    console().print(
        line(
            f"{policy.ref.policy} {policy.ref.version} compiles: {len(policy.clauses)} clauses,"
            f" {len(policy.rules)} rules, {policy.ref.content_hash[:16]}"
        )
    )


@commands.command("show")
def show(
    path: Folder,
    document: Annotated[
        bool, typer.Option("--document", help="The whole document, as people read it.")
    ] = False,
    json: Json = False,
) -> None:
    """Show a policy: its clauses, what each allows, and its rules in words."""
    policy = use.check_policy(path, utc_now())
    if json:
        as_json({"policy": policy.ref, "title": policy.title, "clauses": policy.clauses})
        return
    if document:
        console().print(Markdown(printable(policy.document)))
        return
    console().print(printable(describe(policy)), markup=False, soft_wrap=True)


@commands.command("diff")
def diff(old: Old, new: New, store: StoreUrl = DEFAULT_STORE, json: Json = False) -> None:
    """Say what changed between two versions of a policy, and which rules look at more or fewer posts."""
    found = compare(_version(old, store), _version(new, store))
    if found.unversioned:
        tell(
            f"Warning: the two differ and both say that they are version {found.new.version};"
            " give the changed document a new version in its settings block"
        )
    if json:
        as_json(diff_record(found))
    else:
        diff_page(console(), found)


@commands.command("test")
def run_test(
    path: Folder,
    strict: Annotated[bool, typer.Option("--strict", help="Let what no example shows fail, too.")] = False,
    json: Json = False,
) -> None:
    """Run a policy's examples: what its rules are to bring to review, and what they are to leave alone."""
    done = run_examples(path, utc_now())
    if json:
        as_json(trials_record(done))
    else:
        trials_page(console(), done)
    if done.failed:
        raise Refused(
            f"{len(done.failed)} of {len(done.trials)} examples fail",
            mend="change the rule; or the example, where the words of its clause say otherwise",
        )
    if strict and done.gaps:
        raise Refused(f"{len(done.gaps)} warnings, and --strict", mend="add the examples that they ask for")


@commands.command("list")
def list_(store: StoreUrl = DEFAULT_STORE, json: Json = False) -> None:
    """List the versions that are or were in force in a store."""
    found = use.versions_in_force(opened(store))
    if json:
        as_json([{**_named(one), "in_force_from": one.in_force_from} for one in found])
        return
    rows = [
        (one.ref.policy, one.ref.version, moment(one.in_force_from), one.ref.content_hash[:16])
        for one in found
    ]
    console().print(table(["policy", "version", "in force from", "sha-256"], rows))


def _named(one: StoredPolicy) -> dict[str, str]:
    return {"policy": one.ref.policy, "version": one.ref.version, "content_hash": one.ref.content_hash}


def _version(named: str, store: str) -> Version:
    """A version in a folder, shipped, or in the store."""
    policy, at, version = named.rpartition("@")
    if not at or Path(named).is_dir():
        return use.check_version(Path(named), utc_now())
    return use.recorded_version(opened(store), policy, version)
