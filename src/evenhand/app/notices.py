"""Notices, read again as they were sent."""

from collections.abc import Sequence

from evenhand.errors import BadInput
from evenhand.store import decisions
from evenhand.vocabulary import Notice

from ._app import App


def show_notice(app: App, name: str) -> Notice:
    """The notice of that id, or of the decision or case of that id.

    Raises:
        BadInput: There is none.
    """
    with app.store.reading() as tx:
        notice = decisions.notice(tx, name)
    if notice is None:
        raise BadInput(
            f"there is no notice {name}, and none of a decision or case of that name",
            mend="see `evenhand notices list`; a case has its notice once it is decided",
        )
    return notice


def list_notices(app: App) -> Sequence[Notice]:
    """Notices, the newest decision first."""
    with app.store.reading() as tx:
        return decisions.all_notices(tx)
