"""The store: tables, migrations, bulk writers. The only place with statements in it.

`Store.open(url)` gives transactions; each module of this package is the functions of one capability over one:

    with store.transaction() as tx:
        status = cases.load(tx, case_id)
"""

from . import cases, check, decisions, events, history, items, registers, scans
from ._engine import Store

__all__ = ["Store", "cases", "check", "decisions", "events", "history", "items", "registers", "scans"]
