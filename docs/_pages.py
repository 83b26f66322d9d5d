"""The parts of the reference pages that the code knows, by the name that a page calls them by."""  # noqa: INP001 - see generate.py

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import pyarrow as pa
import typer
from _meanings import COLUMNS, TABLES

from evenhand import errors
from evenhand.app.detect import text_detector
from evenhand.app.staff import DEFAULTS, SETTINGS
from evenhand.cases._events import _TYPES as EVENTS  # their names are the page's subject
from evenhand.detect import Detector
from evenhand.detect.languages import LanguageDetector
from evenhand.detect.peers import PEER_SIGNALS
from evenhand.intake import ITEM_SCHEMA, ITEM_SIGNALS
from evenhand.shell.cli import app
from evenhand.store._schema import metadata  # the tables are the store's own; this page is where they show
from evenhand.vocabulary import Signal

REQUIRED: Final = ("id", "text")


def table(header: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def commands() -> str:
    """Every command with its arguments and options."""
    root = typer.main.get_command(app)
    return "\n\n".join(_command(name, command) for name, command in _walk("evenhand", root))


def _walk(name: str, command: object) -> Iterator[tuple[str, typer.core.TyperCommand]]:
    """Every command below a group, in the order of the program's own help."""
    for own, below in getattr(command, "commands", {}).items():
        if isinstance(below, typer.core.TyperCommand):
            yield f"{name} {own}", below
        else:
            yield from _walk(f"{name} {own}", below)


def _command(name: str, command: typer.core.TyperCommand) -> str:
    context = typer.Context(command, info_name=name)
    records = [(one, one.get_help_record(context)) for one in command.params]
    usage = [
        part
        for one, record in records
        if one.required and record
        for part in [one.metavar if one.param_type_name == "argument" else record[0]]
        if part
    ]
    rows = (
        [f"`{one.metavar or one.name if one.param_type_name == 'argument' else record[0]}`", record[1]]
        for one, record in records
        if record
    )
    head = f"### {name}\n\n```text\n{' '.join([name, *usage])} [OPTION...]\n```\n\n{command.help}"
    return f"{head}\n\n{table(['argument or option', 'meaning'], rows)}" if records else head


def settings() -> str:
    """Every setting with its default."""
    rows = ([f"`{name}`", DEFAULTS.get(name, "none"), meaning] for name, meaning in SETTINGS.items())
    return table(["setting", "default", "meaning"], rows)


def columns() -> str:
    """The columns of an item."""
    names = set(ITEM_SCHEMA.names)
    if names != COLUMNS.keys():
        raise SystemExit(f"docs/_meanings.py and ITEM_SCHEMA differ in {sorted(names ^ COLUMNS.keys())}")
    rows = (
        [f"`{one.name}`", _type_of(one.type), _absent(one), COLUMNS[one.name]]
        for one in (ITEM_SCHEMA.field(name) for name in ITEM_SCHEMA.names)
    )
    return table(["column", "holds", "if it is missing", "meaning"], rows)


def _type_of(kind: pa.DataType) -> str:
    words = {pa.string(): "string", pa.int64(): "whole number, 0 or more", pa.bool_(): "true or false"}
    if isinstance(kind, pa.TimestampType):
        return "time"
    return words.get(kind, "list of strings")


def _absent(field: "pa.Field[pa.DataType]") -> str:
    if field.name in REQUIRED:
        return "rejected"
    defaults = {"source": "`--source`", "kind": "`post`", "received_at": "the time of the scan"}
    return defaults.get(field.name, "unknown" if field.nullable else "empty")


def item_signals() -> str:
    """The signals that every item has."""
    return _signals(ITEM_SIGNALS)


def text_signals() -> str:
    """The signals of the text detector."""
    return _detector(text_detector("text-cascade"))


def language_signals() -> str:
    """The signal of the language detector."""
    return _detector(LanguageDetector())


def peer_signals() -> str:
    """The signals of the peers, installed or not."""
    return _signals(list(PEER_SIGNALS.values()))


def term_signals() -> str:
    """The signals of the shipped policy's term banks."""
    return _detector(text_detector("terms"))


def _detector(detector: Detector) -> str:
    return _signals(detector.signals, detector.thresholds)


def _signals(signals: Sequence[Signal], thresholds: Mapping[str, float] = MappingProxyType({})) -> str:
    rows = (
        [
            f"`{one.name}`",
            f"{one.type}, {one.unit}" if one.unit else str(one.type),
            *([f"{thresholds[one.name]:g}" if one.name in thresholds else "-"] if thresholds else []),
            one.meaning,
        ]
        for one in sorted(signals, key=lambda one: one.name)
    )
    return table(["signal", "type", *(["finding from"] if thresholds else []), "meaning"], rows)


def error_tree() -> str:
    """Every error with its exit code."""
    kinds = (getattr(errors, name) for name in errors.__all__)
    rows = ([f"`{kind.__name__}`", str(kind.exit_code), _first_line(kind)] for kind in _by_root(kinds))
    return table(["error", "exit code", "meaning"], rows)


def _by_root(kinds: Iterator[type[errors.EvenhandError]]) -> list[type[errors.EvenhandError]]:
    """Each after what it is a kind of."""
    return sorted(kinds, key=lambda kind: [one.__name__ for one in reversed(kind.__mro__)])


def tables() -> str:
    """The tables of a store."""
    if metadata.tables.keys() != TABLES.keys():
        raise SystemExit(f"docs/_meanings.py and the store differ: {metadata.tables.keys() ^ TABLES.keys()}")
    return "\n\n".join(
        f"### {one.name}\n\n{TABLES[one.name]}\n\n"
        + table(
            ["column", "type", ""],
            (
                [
                    f"`{column.name}`",
                    str(column.type).lower(),
                    "key" if column.primary_key else "may be null" if column.nullable else "",
                ]
                for column in one.columns
            ),
        )
        for one in metadata.sorted_tables
    )


def case_events() -> str:
    """The events of a case, with the group that each field is committed in."""
    rows = (
        [
            f"`{name}`",
            _first_line(kind),
            ", ".join(f"{field} ({group})" for field, group in kind.GROUPS.items()),
        ]
        for name, kind in EVENTS.items()
    )
    return table(["event", "says", "fields and their groups"], rows)


def _first_line(documented: object) -> str:
    return (inspect.getdoc(documented) or "").splitlines()[0]


BLOCKS: Final[Mapping[str, Callable[[], str]]] = MappingProxyType(
    {
        "commands": commands,
        "settings": settings,
        "columns": columns,
        "item-signals": item_signals,
        "text-signals": text_signals,
        "language-signals": language_signals,
        "peer-signals": peer_signals,
        "term-signals": term_signals,
        "errors": error_tree,
        "tables": tables,
        "case-events": case_events,
    }
)
"""What writes each part: its name in the page -> a function of the code alone."""
