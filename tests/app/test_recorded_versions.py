"""A version of the store, named by its number or by the first digits of its content hash."""

from dataclasses import replace

import pytest

from casework import BANKS, DOCUMENT, NOW, POLICY
from evenhand.app import App
from evenhand.app.policies import recorded_version
from evenhand.detect.terms import TermDetector
from evenhand.errors import BadInput
from evenhand.store import registers
from evenhand.store.registers import StoredPolicy

FILES = {
    "policy.md": DOCUMENT.encode(),
    **{f"terms/{name}.txt": text.encode() for name, text in BANKS.items()},
}
HASHES = {"1.0": "abcd1" + "0" * 59, "2.0": "abcd2" + "0" * 59, "3.14": "3140" + "0" * 60}


@pytest.fixture
def recorded(app: App) -> App:
    """A store that had three versions in force, each of the same files: only their names matter here."""
    signals = tuple(TermDetector.from_texts(BANKS).signals)
    with app.store.transaction() as tx:
        for version, content_hash in HASHES.items():
            ref = replace(POLICY, version=version, content_hash=content_hash)
            registers.put_in_force(tx, StoredPolicy(ref=ref, in_force_from=NOW, files=FILES, signals=signals))
    return app


@pytest.mark.parametrize("wanted", ["1.0", "abcd1", "3140", HASHES["2.0"]])
def test_a_version_is_found_with_its_files(recorded: App, wanted: str) -> None:
    found = recorded_version(recorded, "conduct", wanted)

    assert found.files == FILES
    assert found.policy.ref.policy == "conduct"


def test_digits_of_several_versions_are_refused_with_more_of_each(recorded: App) -> None:
    with pytest.raises(BadInput, match="conduct@abcd is several versions") as refused:
        recorded_version(recorded, "conduct", "abcd")

    assert "abcd100000000000, abcd200000000000" in refused.value.mend


@pytest.mark.parametrize("wanted", ["314", "4.0", "", "ABCD1"])
def test_too_few_digits_and_others_name_nothing(recorded: App, wanted: str) -> None:
    with pytest.raises(BadInput, match="never had") as refused:
        recorded_version(recorded, "conduct", wanted)

    assert refused.value.mend == "it had conduct@1.0, conduct@2.0, conduct@3.14"
