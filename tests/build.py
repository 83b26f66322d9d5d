"""Builders: the least code for an item, a batch, and the like, so that a test shows only what it is about."""

from collections.abc import Sequence

import pyarrow as pa

from evenhand.intake import ITEM_SCHEMA, to_batch
from evenhand.vocabulary import Batch

_EMPTY = {"source": "test", "kind": "post"}


def a_batch(texts: Sequence[str], **columns: Sequence[object]) -> Batch:
    """Items with these texts, folded and with the item signals.

    Args:
        texts: One for each item; the ids are `i0`, `i1`, ...
        columns: Other columns of `ITEM_SCHEMA`, one value for each item. Without one, a column is null, an
            empty list, or `test` for the source and `post` for the kind.
    """
    given: dict[str, Sequence[object]] = {
        "id": [f"i{number}" for number in range(len(texts))],
        "text": texts,
        **columns,
    }
    arrays = []
    for field in ITEM_SCHEMA:
        nothing: object = [] if pa.types.is_list(field.type) else _EMPTY.get(field.name)
        values = given.pop(field.name, [nothing] * len(texts))
        arrays.append(pa.array(list(values), type=field.type))
    if given:
        raise TypeError(f"there are no item columns {', '.join(given)}")
    return to_batch(pa.table(arrays, schema=ITEM_SCHEMA))
