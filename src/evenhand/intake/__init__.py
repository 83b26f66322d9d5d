"""Items in: read files and streams, check every row, name items by their content, make batches.

with path.open("rb") as stream:
    for chunk in read_items(stream, guess_format(path.name), name=path.name, now=now):
        batch = to_batch(chunk.items)
"""

from ._admission import NEVER_EDITED, Admission, Conflict, Key, KnownItem, Owner, admit, owners
from ._characters import joining_characters
from ._folding import Folded, fold, fold_with_offsets, original_span
from ._hashes import CONTENT_COLUMNS, account_hashes, content_hashes
from ._readers import read_items
from ._schema import ITEM_SCHEMA, KINDS, Chunk, Format, Reject, guess_format
from ._signals import EXAMINED_CHARACTERS, ITEM_SIGNALS, item_columns, targets, to_batch

__all__ = [
    "CONTENT_COLUMNS",
    "EXAMINED_CHARACTERS",
    "ITEM_SCHEMA",
    "ITEM_SIGNALS",
    "KINDS",
    "NEVER_EDITED",
    "Admission",
    "Chunk",
    "Conflict",
    "Folded",
    "Format",
    "Key",
    "KnownItem",
    "Owner",
    "Reject",
    "account_hashes",
    "admit",
    "content_hashes",
    "fold",
    "fold_with_offsets",
    "guess_format",
    "item_columns",
    "joining_characters",
    "original_span",
    "owners",
    "read_items",
    "targets",
    "to_batch",
]
