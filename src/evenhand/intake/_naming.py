"""Which column of a file is which column of an item."""

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from evenhand.errors import BadInput

from ._extra import forbid_leaning
from ._schema import COLUMN_LIMIT, ITEM_SCHEMA, REQUIRED

_USUAL: Final = MappingProxyType(
    {
        "id": ("content_id", "post_id", "tweet_id", "tweetid", "status_id", "message_id", "object_id", "uri"),
        "text": (
            "body",
            "content",
            "message",
            "tweet",
            "tweet_text",
            "post",
            "comment",
            "full_text",
            "title",
        ),
    }
)
"""What other systems call the two columns that an item must have."""


def resolve(columns: Mapping[str, str]) -> dict[str, str]:
    """The file's name for every column of an item.

    A known name that the file uses for a column mapped elsewhere is not read as itself: with
    `author=source`, the file's `source` is the author and nothing else.

    Raises:
        BadInput: The mapping names no column of an item, or one column of the file twice.
    """
    for known in columns:
        if known not in ITEM_SCHEMA.names or known == "extra":
            near = difflib.get_close_matches(known, ITEM_SCHEMA.names, 1)
            raise BadInput(
                f"an item has no column {known!r}; the known ones are {', '.join(ITEM_SCHEMA.names[:-1])}",
                mend=f"write `--column {near[0] if near else 'text'}={columns[known]}`",
            )
    taken = Counter(columns.values())
    for file_name, times in taken.items():
        if times > 1:
            raise BadInput(
                f"the file's column {file_name!r} is mapped to more than one column",
                mend="leave one `--column` away",
            )
    free = {name: name for name in ITEM_SCHEMA.names if name not in taken}
    return {**free, **columns}


def check_header(found: Sequence[str], columns: Mapping[str, str], file: str) -> None:
    """Check the columns that a file says it has.

    Raises:
        BadInput: More than `COLUMN_LIMIT` names, one twice, leaning, a mapped column that is not there, or no
            id or text.
    """
    if len(found) > COLUMN_LIMIT:
        raise BadInput(
            f"{file} has {len(found)} columns, expected at most {COLUMN_LIMIT}",
            mend="keep the columns of an item, and of the others those that somebody will ask for",
        )
    twice = sorted(name for name, times in Counter(found).items() if times > 1)
    if twice:
        raise BadInput(
            f"{file} has the column {twice[0]!r} more than once", mend="rename or drop one of the two"
        )
    forbid_leaning(found, file)
    check_required(found, columns, file)
    check_mapped(found, columns, file)


def check_required(found: Iterable[str], columns: Mapping[str, str], file: str) -> None:
    """Raises `BadInput` naming what was found if there is no id or no text."""
    names = sorted(found)
    wanted = resolve(columns)
    missing = [known for known in REQUIRED if wanted.get(known) not in names]
    if missing:
        raise BadInput(
            f"{file} has no column {' and no column '.join(repr(columns.get(m, m)) for m in missing)}; "
            f"found {', '.join(names[:40]) or 'none'}",
            mend="say which it is: "
            + " ".join(f"`--column {known}={_guess(known, names)}`" for known in missing),
        )


def check_mapped(found: Iterable[str], columns: Mapping[str, str], file: str) -> None:
    """Raises `BadInput` if a column that the caller named is not there."""
    names = sorted(found)
    for known, file_name in columns.items():
        if file_name not in names:
            near = difflib.get_close_matches(file_name, names, 1)
            raise BadInput(
                f"{file} has no column {file_name!r}, mapped to {known!r}; "
                f"found {', '.join(names[:40]) or 'none'}",
                mend=f"write `--column {known}={near[0]}`" if near else f"leave `--column {known}=...` away",
            )


def _guess(known: str, names: Sequence[str]) -> str:
    lower = {name.lower(): name for name in names}
    for usual in (known, *_USUAL[known]):
        if usual in lower:
            return lower[usual]
    near = difflib.get_close_matches(known, names, 1) or [name for name in names if known in name.lower()]
    return near[0] if near else "NAME"
