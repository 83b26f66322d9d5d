"""Why a case is here, beyond rules: what detectors said of its item, and the nearest decided cases."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from evenhand.detect import Seen, nearest
from evenhand.vocabulary import CaseId, ClauseId, Embedding, Reading

from ._schema import decisions, items, readings, vectors

AT_ONCE: Final = 4096
"""Places that are compared at a time: some megabytes."""

Values = dict[str, float | bool | str | None]
"""What one detector said of one item, by signal, as a row holds it in JSON."""

_Names = list[tuple[str, str]]
_Places = npt.NDArray[np.float16]


@dataclass(frozen=True, slots=True, kw_only=True)
class NearestCase:
    """A decided case whose item is like another one.

    Attributes:
        case_id: Its name.
        similarity: Cosine of the two places, at most 1.
        clause: The clause that was broken; None where nothing was.
        decided_at: When that was decided.
        text: What was posted.
    """

    case_id: CaseId
    similarity: float
    clause: ClauseId | None
    decided_at: datetime
    text: str


def put(tx: sa.Connection, looked_at: Iterable[tuple[CaseId, int, Seen]]) -> None:
    """Write what detectors said of the items that cases are about now: case, arrival number, what was said.

    What an item was read as once stays. A case has the places of its newest item alone.
    """
    newest: dict[CaseId, tuple[int, Seen]] = {}
    read: list[dict[str, object]] = []
    for case_id, seq, seen in looked_at:
        newest[case_id] = (seq, seen)
        read += [_reading_row(seq, reading) for reading in seen.readings]
    places = [
        _vector_row(case_id, seq, one) for case_id, (seq, seen) in newest.items() for one in seen.embeddings
    ]
    if read:
        tx.execute(readings.insert().prefix_with("OR IGNORE", dialect="sqlite"), read)
    if newest:
        of_case = vectors.c.case_id == sa.bindparam("of_case")
        tx.execute(vectors.delete().where(of_case), [{"of_case": case_id} for case_id in newest])
    if places:
        tx.execute(vectors.insert(), places)


def readings_of(tx: sa.Connection, seq: int) -> list[Reading]:
    """All that detectors said of one item, by detector."""
    query = sa.select(readings).where(readings.c.seq == seq)
    return [
        Reading(
            detector=row.detector,
            version=row.version,
            values=msgspec.json.decode(row.signals, type=Values),
        )
        for row in tx.execute(query.order_by(readings.c.detector, readings.c.version))
    ]


def embeddings_of(tx: sa.Connection, case_id: str) -> list[Embedding]:
    """The places of one case, by detector."""
    query = sa.select(vectors).where(vectors.c.case_id == case_id).order_by(vectors.c.detector)
    return [
        Embedding(detector=row.detector, version=row.version, vector=row.vector) for row in tx.execute(query)
    ]


def nearest_decided(tx: sa.Connection, case_id: str, *, least: float, most: int) -> list[NearestCase]:
    """The decided cases most like one case, the most similar first, of equals the last decided.

    Compares with every decided case that has a place by the same version of the same detector.

    Args:
        tx: A transaction.
        case_id: The case; it is not among them.
        least: Similarity from which a case counts.
        most: How many at most.
    """
    found: dict[str, float] = {}
    for one in embeddings_of(tx, case_id):
        place = np.frombuffer(one.vector, "<f2")
        for cosine, (_, name) in nearest(place, _decided(tx, one, but=case_id), least=least, most=most):
            found[name] = max(cosine, found.get(name, cosine))
    told = [_told(row, found[row.case_id]) for row in tx.execute(_about(list(found)))]
    return sorted(told, key=lambda one: (-one.similarity, -one.decided_at.timestamp(), one.case_id))[:most]


def erase_account(tx: sa.Connection, account_hash: int) -> None:
    """Forget what was said of an account's items, and the places of the cases about them."""
    of_account = sa.select(items.c.seq).where(items.c.account_hash == account_hash)
    for table in (readings, vectors):
        tx.execute(table.delete().where(table.c.seq.in_(of_account)))


def _decided(tx: sa.Connection, like: Embedding, *, but: str) -> Iterator[tuple[_Names, _Places]]:
    """Moment and name of decided cases with their places, some thousands at a time."""
    moment = sa.type_coerce(decisions.c.decided_at, sa.Text)  # in the order of time as it is
    query = (
        sa.select(moment, vectors.c.case_id, vectors.c.vector)
        .join(decisions, decisions.c.case_id == vectors.c.case_id)
        .where(vectors.c.detector == like.detector, vectors.c.version == like.version)
        .where(sa.func.length(vectors.c.vector) == len(like.vector), vectors.c.case_id != but)
        .execution_options(yield_per=AT_ONCE)
    )
    for some in tx.execute(query).partitions():
        places = np.frombuffer(b"".join(row[2] for row in some), "<f2")
        yield [(row[0], row[1]) for row in some], places.reshape(len(some), -1)


def _reading_row(seq: int, reading: Reading) -> dict[str, object]:
    signals = msgspec.json.encode(reading.values).decode()
    return {"seq": seq, "detector": reading.detector, "version": reading.version, "signals": signals}


def _vector_row(case_id: str, seq: int, one: Embedding) -> dict[str, object]:
    at = {"case_id": case_id, "seq": seq}
    return {**at, "detector": one.detector, "version": one.version, "vector": one.vector}


def _about(case_ids: Sequence[str]) -> sa.Select[Any]:
    return (
        sa.select(decisions.c.case_id, decisions.c.clause, decisions.c.decided_at, items.c.text)
        .join(vectors, vectors.c.case_id == decisions.c.case_id)
        .join(items, items.c.seq == vectors.c.seq)
        .where(decisions.c.case_id.in_(case_ids), items.c.text.is_not(None))
        .distinct()
    )


def _told(row: sa.Row[Any], similarity: float) -> NearestCase:
    clause = None if row.clause is None else ClauseId(row.clause)
    return NearestCase(
        case_id=CaseId(row.case_id),
        similarity=similarity,
        clause=clause,
        decided_at=row.decided_at,
        text=row.text,
    )
