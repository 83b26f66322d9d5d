"""The progress of a scan: a bar with rate and remaining time at a terminal, lines elsewhere."""

import sys
import time
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import (
    Progress as Bar,
)

from evenhand.app.scan import Progress

from ._output import tell

_LINE_SECONDS = 5.0


class Meter:
    """Shows what is acknowledged: every number it prints is committed."""

    def __init__(self, total: int | None) -> None:
        """Begin.

        Args:
            total: Bytes of all inputs; None where unknown.
        """
        self._began = time.monotonic()
        self._printed = self._began
        self._total = total
        self._bar: Bar | None = None
        self._task = TaskID(0)
        if sys.stderr.isatty():
            self._bar = Bar(
                TextColumn("{task.fields[items]:>12} items"),
                BarColumn(),
                TextColumn("{task.fields[rate]:>10}/s"),
                TimeElapsedColumn(),
                TimeRemainingColumn(),
                TextColumn("{task.fields[surfaced]} surfaced"),
                console=Console(stderr=True),
            )
            self._task = self._bar.add_task("scan", total=total, items="0", rate="0", surfaced="0")

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def expect(self, total: int) -> None:
        """Say how many bytes there are, once that is known."""
        self._total = total
        if self._bar is not None:
            self._bar.update(self._task, total=total)

    def update(self, progress: Progress) -> None:
        """Show what was committed."""
        now = time.monotonic()
        rate = progress.read / max(now - self._began, 1e-9)
        if self._bar is not None:
            self._bar.update(
                self._task,
                completed=progress.position,
                items=f"{progress.read:,}",
                rate=f"{rate:,.0f}",
                surfaced=f"{progress.surfaced:,}",
            )
        elif now - self._printed >= _LINE_SECONDS:
            self._printed = now
            share = f" {progress.position / self._total:.0%}" if self._total else ""
            tell(f"acknowledged {progress.accepted:,} items,{share} {rate:,.0f}/s")
