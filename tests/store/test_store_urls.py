"""Store URLs: a file and nothing else."""

from pathlib import Path

import pytest

from evenhand.errors import BadInput
from evenhand.store import Store


@pytest.mark.parametrize(
    ("query", "told"),
    [("timeout=x", "timeout"), ("mode=ro", "mode"), ("uri=true&cache=shared", "cache, uri")],
)
def test_a_store_takes_no_options_in_its_url(tmp_path: Path, query: str, told: str) -> None:
    """They would go to the driver: a failure in its words, or a store opened otherwise than promised."""
    with pytest.raises(BadInput, match=f"asks for {told}, and a store takes no options") as refused:
        Store.open(f"sqlite:///{tmp_path}/evenhand.db?{query}")

    assert "question mark" in refused.value.mend
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "database", [":memory:", "file::memory:", "file:evenhand.db", "file::memory:?uri=true"]
)
def test_a_store_is_a_file_of_its_own_name(database: str) -> None:
    with pytest.raises(BadInput, match=r"a store needs a file|takes no options"):
        Store.open(f"sqlite:///{database}")
