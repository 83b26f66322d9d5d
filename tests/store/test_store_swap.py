"""Writers at the same time: one wins, the others are told, and nothing stands twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from store_contract import Opener, faults, passing

import casework
from casework import NOW, a_status, a_subject, chance
from evenhand.app._joining import Docket
from evenhand.cases import CaseState, CaseStatus, queue_key
from evenhand.errors import CaseChanged, EvenhandError
from evenhand.store import Store, cases, events, items, registers
from records import STATUSES

T = TypeVar("T")


def at_once(number: int, act: Callable[[int], T]) -> list[T | EvenhandError]:
    """What `number` threads that begin together come back with."""
    ready = Barrier(number)

    def run(place: int) -> T | EvenhandError:
        ready.wait()
        try:
            return act(place)
        except EvenhandError as error:
            return error

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


def test_of_two_that_write_over_one_version_the_second_is_refused(store: Store) -> None:
    status = a_status()
    with store.transaction() as tx:
        cases.insert(tx, [status])
    with store.transaction() as tx:
        cases.swap(tx, replace(status, version=2, queue="first"), seen=1)

    with (
        pytest.raises(CaseChanged, match="c_1 changed since it was read") as refused,
        store.transaction() as tx,
    ):
        cases.swap(tx, replace(status, version=2, queue="second"), seen=1)

    assert "evenhand cases show c_1" in refused.value.mend
    with store.reading() as tx:
        assert cases.load(tx, "c_1") == replace(status, version=2, queue="first")


def test_of_many_writers_at_once_exactly_one_wins(store: Store) -> None:
    """Each reads the version, and writes over it in a transaction of its own."""
    status = a_status()
    with store.transaction() as tx:
        cases.insert(tx, [status])

    def write(place: int) -> int:
        with store.transaction() as tx:
            cases.swap(tx, replace(status, version=2, queue=f"q{place}"), seen=1)
        return place

    told = at_once(4, write)

    (winner,) = [one for one in told if isinstance(one, int)]
    assert [type(one) for one in told if not isinstance(one, int)] == [CaseChanged] * 3
    with store.reading() as tx:
        assert cases.load(tx, "c_1") == replace(status, version=2, queue=f"q{winner}")


def test_the_store_itself_refuses_a_second_open_case(store: Store) -> None:
    """Whoever writes, and by whatever way: at most one case is open per subject."""
    first, second = (a_status(name, subject=a_subject()) for name in ("c_1", "c_2"))
    with store.transaction() as tx:
        cases.insert(tx, [first])

    with pytest.raises(IntegrityError), store.transaction() as tx:
        cases.insert(tx, [second])
    with store.transaction() as tx:
        cases.swap(tx, replace(first, state=CaseState.DECIDED), seen=1)
        cases.insert(tx, [second])
        assert cases.about(tx, [a_subject()]) == {a_subject(): second}


def test_writers_at_once_join_one_case(engine: Opener, tmp_path: Path) -> None:
    """Several transactions that surface the same item open one case together."""
    engine(tmp_path).close()
    app = casework.an_app(tmp_path)

    def surface(place: int) -> str:
        own = replace(app, entropy=chance(place))
        with app.store.transaction() as tx:
            docket = Docket(own, tx, NOW, [a_subject()])
            case_id = docket.case_about(casework.an_item(content_hash=""))
            docket.write()
            return case_id

    assert len(set(at_once(4, surface))) == 1
    assert faults(app.store) == []


def test_events_of_writers_at_once_are_one_chain(store: Store) -> None:
    def append(place: int) -> None:
        event = events.Event(stream="tests", type="test.ran", at=NOW, groups={"facts": {"n": place}})
        with store.transaction() as tx:
            events.append(tx, [event], chance(place))

    assert at_once(5, append) == [None] * 5
    assert faults(store) == []
    with store.reading() as tx:
        assert sorted(event.groups["facts"]["n"] for event in events.load(tx, "tests")) == list(range(5))


def test_a_reader_sees_one_moment(store: Store) -> None:
    """What others commit while a reader reads is not half seen."""
    with store.reading() as tx:
        assert items.last_seq(tx) == 0
        with store.transaction() as writing:
            registers.put_setting(writing, "complaints-to", "x")
        assert registers.all_settings(tx) == {}
    with store.reading() as tx:
        assert registers.all_settings(tx) == {"complaints-to": "x"}


@settings(max_examples=30, deadline=None)
@given(drawn=st.lists(STATUSES, max_size=8, unique_by=lambda one: (one.id,)), limit=st.integers(1, 9))
def test_a_queue_has_the_order_that_is_declared(shared: Store, drawn: list[CaseStatus], limit: int) -> None:
    """The query orders as `queue_key` does; the id, which says nothing, parts equals."""
    waiting = [replace(one, subject=a_subject(one.id), state=CaseState.OPEN) for one in drawn]
    with passing(shared) as tx:
        cases.insert(tx, waiting)

        assert (
            cases.queue(tx, limit=limit) == sorted(waiting, key=lambda one: (*queue_key(one), one.id))[:limit]
        )
        assert cases.count(tx) == ({"open": len(waiting)} if waiting else {})


def test_a_queue_is_filtered_by_name_and_state(shared: Store) -> None:
    open_one, other = a_status("c_1", queue="hate"), a_status("c_2", queue="reports")
    decided = a_status("c_3", queue="hate", state=CaseState.DECIDED)
    with passing(shared) as tx:
        cases.insert(tx, [open_one, other, decided])

        assert cases.queue(tx, name="hate") == [open_one]
        assert cases.queue(tx, state=CaseState.DECIDED) == [decided]
        assert [one.id for one in cases.queue(tx)] == ["c_1", "c_2"]
