"""The house stands as it is drawn: who imports whom, and what touches the world outside."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import evenhand

ROOT = Path(evenhand.__file__).parent
ORDER = (  # each imports only from those before it, and from itself
    "errors",
    "vocabulary",
    "ledger",
    "intake",
    "detect",
    "patterns",
    "policy",
    "influence",
    "cases",
    "enforcement",
    "notices",
    "appeals",
    "audit",
    "store",
    "app",
    "shell",
)
PURE = frozenset(ORDER[: ORDER.index("store")])
WORLD = frozenset(  # clock, network, disk, chance, other programs
    [
        "alembic",
        "asyncio",
        "ctypes",
        "glob",
        "http",
        "httpx",
        "multiprocessing",
        "os",
        "pathlib",
        "random",
        "secrets",
        "select",
        "shutil",
        "signal",
        "socket",
        "sqlalchemy",
        "sqlite3",
        "ssl",
        "subprocess",
        "sys",
        "tempfile",
        "threading",
        "time",
        "urllib",
        "uuid",
    ]
)
CLOCKS = frozenset({"now", "utcnow", "today"})
OPENS = frozenset({"open", "print", "input"})
PATHS_ONLY = frozenset({"pathlib.PurePath", "pathlib.PurePosixPath"})  # names, not files


def _package(name: str) -> str:
    return name.split("/", maxsplit=1)[0].removesuffix(".py")


FILES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py"))
PURE_FILES = [name for name in FILES if _package(name) in PURE]


@cache
def _tree(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text(encoding="utf-8"))


def _imported(name: str) -> Iterator[str]:
    """The full name of everything that a file imports: modules, and names from modules."""
    inside = ["evenhand", *name.split("/")]
    for node in ast.walk(_tree(name)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join([*inside[: len(inside) - node.level], node.module or ""] if node.level else [])
            whole = (base.rstrip(".") if node.level else node.module) or ""
            yield from (f"{whole}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("name", FILES)
def test_a_package_imports_only_what_stands_above_it(name: str) -> None:
    package = _package(name)
    if package == "__init__":
        assert not [one for one in _imported(name) if one.startswith("evenhand.")]
        return
    reached = {one.split(".")[1] for one in _imported(name) if one.startswith("evenhand.")}
    reached.discard("__version__")

    assert reached <= set(ORDER[: ORDER.index(package) + 1])


@pytest.mark.parametrize("name", FILES)
def test_a_private_module_is_imported_from_its_own_package_only(name: str) -> None:
    own = _package(name)
    foreign = [
        one
        for one in _imported(name)
        if one.startswith("evenhand.")
        and one.split(".")[1] != own
        and any(part.startswith("_") and not part.startswith("__") for part in one.split("."))
    ]

    assert not foreign


@pytest.mark.parametrize("name", PURE_FILES)
def test_nothing_above_the_store_touches_the_world(name: str) -> None:
    """No clock, network, disk or chance: bytes, readers and moments come in as arguments."""
    outside = {one.split(".", maxsplit=1)[0] for one in _imported(name) if one not in PATHS_ONLY} & WORLD
    called = set()
    for node in ast.walk(_tree(name)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
            called.add(ast.unparse(node.func))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in OPENS:
            called.add(node.func.id)

    assert not outside
    assert not called


def test_every_package_has_its_place_in_the_order() -> None:
    packages = {_package(name) for name in FILES} - {"__init__"}

    assert packages <= set(ORDER)


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("evenhand", {"numpy", "pyarrow", "sqlalchemy", "evenhand.vocabulary"}),
        ("evenhand.shell.cli", {"alembic", "httpx", "onnxruntime", "pandas", "polars", "scipy", "sklearn"}),
    ],
)
def test_importing_stays_light(module: str, absent: set[str]) -> None:
    """What a command does not need at once is not imported at its start."""
    told = subprocess.run(
        [sys.executable, "-c", f"import {module}, sys; print('\\n'.join(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert not absent & set(told.stdout.split())
