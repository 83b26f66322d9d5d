"""Who examines chunks: this process, or worker processes where there are several cores."""

import signal
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from typing import Self

import pyarrow as pa

from evenhand.errors import EvenhandError, Outside
from evenhand.store.items import from_ipc, to_ipc

from ._tools import Examined, Sources, Tools

_ALONE = 4
"""Chunks examined here before worker processes are started: a small file is done before they are up."""


@dataclass(frozen=True, slots=True)
class Result:
    """What examining a chunk will have given."""

    _future: Future[Examined]

    def ready(self) -> bool:
        """Whether it can be had without waiting."""
        return self._future.done()

    def wait(self) -> Examined:
        """Have it.

        Raises:
            Outside: The worker process died.
        """
        try:
            return self._future.result()
        except BrokenProcessPool as error:
            raise Outside(
                "a worker process died (killed, or out of memory)",
                mend="run the same command again: it goes on where it stopped; --workers 1 needs less memory",
            ) from error


class Crew:
    """Examines chunks, `workers` at a time.

    Attributes:
        window: How many chunks may be under way, so that memory stays bounded.
    """

    def __init__(self, tools: Tools, workers: int) -> None:
        self._tools = tools
        self._workers = workers
        self._submitted = 0
        self._pool: ProcessPoolExecutor | None = None
        self.window = 4 if workers == 1 else 2 * workers + 2

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def submit(self, items: pa.Table, now: datetime) -> Result:
        """Examine a chunk; what it raises is raised where the result is taken."""
        self._submitted += 1
        if self._workers > 1 and self._submitted > _ALONE and self._pool is None:
            self._pool = self._started()
        if self._pool is None:
            done: Future[Examined] = Future()
            try:
                done.set_result(self._tools.examine(items, now))
            except EvenhandError as error:  # raised where the result is taken, as from a worker
                done.set_exception(error)
            return Result(done)
        return Result(self._pool.submit(_examine, to_ipc(items, compress=False), now))

    def _started(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._workers,
            mp_context=get_context("spawn"),  # a fork would copy threads that hold locks
            initializer=_start_worker,
            initargs=(self._tools.sources,),
        )


_of_this_process: list[Tools] = []  # of a worker process: set once, at its start


def bound_memory() -> None:
    """Have Arrow take its memory from the system's allocator, which gives it back between chunks."""
    pa.set_memory_pool(pa.system_memory_pool())


def _start_worker(sources: Sources) -> None:
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # an interrupt is the parent's to handle: it ends the workers
    bound_memory()
    _of_this_process.append(Tools(sources))


def _examine(blob: bytes, now: datetime) -> Examined:
    return _of_this_process[0].examine(from_ipc(blob), now)
