"""Commitments, leaves and chains: the bytes are what they are said to be, and whatever is changed is seen.

Vectors: the JSON was typed by hand after RFC 8785 (members sorted, no blanks), the hashes were made from it
with `printf` and `sha256sum` of GNU coreutils, without any code of this project. `LEAF_OF_NOTHING` is the
hash of an empty leaf that RFC 6962 logs agree on.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.errors import BadInput, VerificationError
from evenhand.ledger import (
    GENESIS,
    LARGEST,
    Leaf,
    canonical,
    commitment,
    leaf_hash,
    minute,
    next_leaf,
    verify_chain,
    verify_payload,
)

STREAM = bytes(range(16))
AT = datetime(2026, 11, 21, 12, 34, 59, 999999, tzinfo=UTC)
FIRST = (
    b'{"at":"2026-11-21T12:34Z","groups":{"facts":"' + b"a" * 64 + b'"},"prev":"","seq":1,'
    b'"stream":"000102030405060708090a0b0c0d0e0f","type":"case.opened","v":1}'
)
FIRST_HASH = "a8ef996285a5d1f87845720c44fb75b854acd6d85655ccce4010b611bc5865a2"
SECOND = (
    b'{"at":"2026-11-21T12:35Z","groups":{},"prev":"' + FIRST_HASH.encode() + b'","seq":2,'
    b'"stream":"000102030405060708090a0b0c0d0e0f","type":"case.decided","v":1}'
)
SECOND_HASH = "e6e4b7030996ceb12b2ddaa86d5a84342b91fe71d3de718fd22ab9ecd5ef58e2"
PAYLOAD = '{"clause":"H2.1","reach":12,"text":"Straße 😀"}'.encode()
PAYLOAD_COMMITMENT = "6cdafa7acbc5fab2c52bd7e08ff2bd2ecadc20ebf981a9b2e3931d330e5f037c"  # salt: 32 times U
LEAF_OF_NOTHING = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


def a_leaf(number: int, prev: str, kind: str = "case.opened") -> Leaf:
    return next_leaf(
        stream=STREAM, seq=number, prev=prev, type=kind, at=AT, groups={"facts": f"{number:064x}"}
    )


def a_chain(length: int) -> list[Leaf]:
    leaves: list[Leaf] = []
    for number in range(1, length + 1):
        leaves.append(a_leaf(number, leaves[-1].hash if leaves else GENESIS))
    return leaves


def test_the_first_leaf_is_these_bytes() -> None:
    leaf = next_leaf(
        stream=STREAM, seq=1, prev=GENESIS, type="case.opened", at=AT, groups={"facts": "a" * 64}
    )

    assert leaf == Leaf(data=FIRST, hash=FIRST_HASH, seq=1, prev="")


def test_the_second_leaf_is_these_bytes() -> None:
    at = AT + timedelta(minutes=1)
    leaf = next_leaf(stream=STREAM, seq=2, prev=FIRST_HASH, type="case.decided", at=at, groups={})

    assert leaf == Leaf(data=SECOND, hash=SECOND_HASH, seq=2, prev=FIRST_HASH)


def test_a_leaf_hash_is_that_of_rfc_6962() -> None:
    assert leaf_hash(b"") == LEAF_OF_NOTHING


def test_a_commitment_is_over_salt_and_canonical_payload() -> None:
    payload = canonical({"text": "Straße 😀", "reach": 12, "clause": "H2.1"})

    assert payload == PAYLOAD
    assert commitment(b"U" * 32, payload) == PAYLOAD_COMMITMENT
    verify_payload(b"U" * 32, payload, PAYLOAD_COMMITMENT)


@pytest.mark.parametrize("zone", [timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-8))])
def test_a_moment_is_the_same_in_every_zone(zone: timezone) -> None:
    """A leaf names the minute in UTC: finer would help to tell who it was about."""
    assert minute(AT.astimezone(zone)) == "2026-11-21T12:34Z"


@given(
    st.binary(min_size=32, max_size=32), st.binary(max_size=60), st.integers(0, 10**6), st.integers(1, 255)
)
def test_a_changed_byte_of_payload_or_salt_is_seen(salt: bytes, payload: bytes, place: int, by: int) -> None:
    expected = commitment(salt, payload)
    data = bytearray(salt + payload)
    data[place % len(data)] ^= by

    with pytest.raises(VerificationError, match="its leaf says"):
        verify_payload(bytes(data[:32]), bytes(data[32:]), expected)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_salt_has_32_bytes(size: int) -> None:
    """With another length, bytes could move from the salt into the payload."""
    with pytest.raises(VerificationError, match=f"a salt has {size} bytes, expected 32"):
        commitment(bytes(size), b"{}")


def test_a_stream_has_16_bytes() -> None:
    with pytest.raises(VerificationError, match="a stream has 4 bytes, expected 16"):
        next_leaf(stream=b"c_12", seq=1, prev=GENESIS, type="t", at=AT, groups={})


@pytest.mark.parametrize("payload", [{"text": "\udcff"}, {"reach": LARGEST + 1}, {"score": float("nan")}])
def test_what_canonical_json_cannot_say_is_refused(payload: object) -> None:
    with pytest.raises(BadInput, match="this cannot be recorded") as refused:
        canonical(payload)

    assert refused.value.mend


def test_the_largest_number_keeps_its_digits() -> None:
    assert canonical(LARGEST) == b"9007199254740991"


@pytest.mark.parametrize("length", [0, 1, 5])
def test_an_untouched_chain_holds(length: int) -> None:
    verify_chain(a_chain(length))


CHAINS = st.integers(1, 8).map(a_chain)


@given(CHAINS, st.data())
def test_a_changed_byte_is_seen(leaves: list[Leaf], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(leaves) - 1))
    changed = bytearray(leaves[place].data)
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))
    leaves[place] = replace(leaves[place], data=bytes(changed))

    with pytest.raises(VerificationError, match=f"the leaf of event {place + 1} does not hash to"):
        verify_chain(leaves)


@given(CHAINS, st.data())
def test_a_changed_byte_is_seen_though_its_hash_was_made_again(
    leaves: list[Leaf], data: st.DataObject
) -> None:
    """The next event's link does not fit; of the last leaf the head tells, which is kept elsewhere."""
    leaves.append(a_leaf(len(leaves) + 1, leaves[-1].hash))
    place = data.draw(st.integers(0, len(leaves) - 2))
    changed = bytearray(leaves[place].data)
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))
    leaves[place] = replace(leaves[place], data=bytes(changed), hash=leaf_hash(bytes(changed)))

    with pytest.raises(VerificationError):
        verify_chain(leaves)


@given(CHAINS, st.data())
def test_a_leaf_left_out_is_seen(leaves: list[Leaf], data: st.DataObject) -> None:
    """All but the last: that one the head tells."""
    leaves.append(a_leaf(len(leaves) + 1, leaves[-1].hash))
    place = data.draw(st.integers(0, len(leaves) - 2))
    del leaves[place]

    with pytest.raises(VerificationError, match=f"event {place + 1} is missing; event {place + 2} stands"):
        verify_chain(leaves)


@given(st.integers(2, 8).map(a_chain), st.data())
def test_two_swapped_are_seen(leaves: list[Leaf], data: st.DataObject) -> None:
    one, two = data.draw(
        st.lists(st.integers(0, len(leaves) - 1), min_size=2, max_size=2, unique=True).map(sorted)
    )
    leaves[one], leaves[two] = leaves[two], leaves[one]

    with pytest.raises(VerificationError, match=f"event {one + 1} is missing"):
        verify_chain(leaves)


@given(CHAINS, st.data())
def test_a_number_or_link_changed_in_the_row_is_seen(leaves: list[Leaf], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(leaves) - 1))
    changed = data.draw(
        st.sampled_from(
            [replace(leaves[place], seq=leaves[place].seq + 1), replace(leaves[place], prev="b" * 64)]
        )
    )
    leaves[place] = changed

    with pytest.raises(VerificationError, match="differ in number or link"):
        verify_chain(leaves)


@given(CHAINS, st.data())
def test_a_leaf_of_another_history_is_seen(leaves: list[Leaf], data: st.DataObject) -> None:
    """A leaf made anew, with number and hash of its own, does not follow what stands before it."""
    place = data.draw(st.integers(0, len(leaves) - 1))
    forged = a_leaf(place + 1, "f" * 64, kind="case.decided")
    leaves[place] = forged

    with pytest.raises(VerificationError, match=f"event {place + 1} follows f+, expected"):
        verify_chain(leaves)


@pytest.mark.parametrize("data", [b"", b"no JSON", b"[]", b"{}", b'"text"', b"\xff"])
def test_bytes_that_are_no_leaf_are_said(data: bytes) -> None:
    with pytest.raises(VerificationError, match="the bytes of event 1 are no leaf"):
        verify_chain([Leaf(data=data, hash=leaf_hash(data), seq=1, prev=GENESIS)])


@given(st.dictionaries(st.sampled_from(["facts", "person", "content"]), st.binary(max_size=20), min_size=1))
def test_an_erased_group_leaves_every_other_proof(groups: dict[str, bytes]) -> None:
    """The leaf holds commitments alone: with one payload and its salt gone, the rest is proven as before."""
    salts = {name: bytes([place]) * 32 for place, name in enumerate(groups)}
    commitments = {name: commitment(salts[name], payload) for name, payload in groups.items()}
    leaf = next_leaf(stream=STREAM, seq=1, prev=GENESIS, type="t", at=AT, groups=commitments)
    erased, *kept = groups

    verify_chain([leaf])
    said = json.loads(leaf.data)["groups"]
    for name in kept:
        verify_payload(salts[name], groups[name], said[name])
    assert said[erased] == commitments[erased]


def test_the_same_payload_has_another_commitment_each_time() -> None:
    """Nobody can find out by trying what an erased group said."""
    assert commitment(b"a" * 32, b"{}") != commitment(b"b" * 32, b"{}")
