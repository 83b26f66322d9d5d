"""Quotes and lines in CSV: nothing is swallowed, and nothing is made up."""

import time

import pytest
from intake_samples import csv_bytes, read

from evenhand.intake import Format

HEADER = b"id,text\n"


def test_a_quoted_field_may_span_lines() -> None:
    """The text comes in to the letter, and the line is the one that the record starts in."""
    text = 'a "quoted"\r\nsecond, line\n\nfourth'

    found = read(csv_bytes(["id", "text"], ["1", text], ["2", "b"]), Format.CSV)

    assert found.column("text") == [text, "b"]
    assert found.lines == [2, 6]


def test_a_quoted_field_may_span_what_is_read_at_once() -> None:
    text = "line\n" * 150_000

    found = read(csv_bytes(["id", "text"], ["1", "a"], ["2", text], ["3", "c"]), Format.CSV)

    assert found.column("text") == ["a", text, "c"]
    assert found.lines == [2, 3, 150_004]


def test_a_field_longer_than_the_csv_modules_own_limit_is_read() -> None:
    text = "x" * 500_000

    assert read(csv_bytes(["id", "text"], ["1", text]), Format.CSV).column("text") == [text]


def test_a_quote_that_is_never_closed_rejects_the_line_it_opens_in() -> None:
    rest = b"".join(b"%d,b\n" % number for number in range(2, 5000))

    found = read(HEADER + b'1,"open\n' + rest, Format.CSV)

    assert found.lines == list(range(3, 5001))
    assert found.only_reject.line == 2
    assert found.only_reject.reason == "a quote opens here and is not closed"
    assert found.only_reject.raw == '1,"open\n'


def test_a_quote_that_a_later_one_closes_by_chance_does_not_hide_the_lines_between() -> None:
    """The next quoted field would end the open one in its middle, which no proper record does."""
    found = read(HEADER + b'1,"open\n2,b\n3,"quoted"\n4,d\n', Format.CSV)

    assert found.column("id") == ["2", "3", "4"]
    assert found.only_reject.line == 2
    assert found.only_reject.reason == "a closing quote is followed by more than a comma"


def test_an_open_quote_before_more_than_a_line_may_hold_is_found() -> None:
    """A record over the limit is given up, and its lines are read again each from its start."""
    rest = b"".join(b"%d,%s\n" % (number, b"x" * 1000) for number in range(2, 4000))

    found = read(HEADER + b'1,"open\n' + rest, Format.CSV)

    assert found.lines == list(range(3, 4001))
    assert [rejected.line for rejected in found.rejects] == [2]


def test_a_quote_within_an_unquoted_field_is_a_letter() -> None:
    assert read(HEADER + b'1,a 5" disc\n2,b"\n', Format.CSV).column("text") == ['a 5" disc', 'b"']


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"1", "the record has 1 fields, expected 2 as in the header"),
        (b"1,a,b", "the record has 3 fields, expected 2 as in the header"),
        (b'1,"a"b', "a closing quote is followed by more than a comma"),
        (b"1,a\xff", "the record holds bytes that are not UTF-8"),
        (b"1,a\rb", "a carriage return stands inside the record"),
        (b"1," + b"x" * 1_048_577, "the line is over 1048576 bytes long"),
    ],
)
def test_a_record_that_does_not_fit_is_rejected_alone(line: bytes, reason: str) -> None:
    found = read(HEADER + b"0,z\n" + line + b"\n\n2,b\n", Format.CSV)

    assert found.column("id") == ["0", "2"]
    assert found.lines == [2, 5]
    assert found.only_reject.line == 3
    assert found.only_reject.reason == reason
    assert found.only_reject.raw[:2] == "1,"[: len(line)]


def test_a_broken_row_spoils_no_other_in_its_chunk() -> None:
    """The unknown columns of good rows are the same with and without a broken row among them."""
    header, good = b"id,text,mood,place\n", b'1,a,,"x, y"\n'

    alone = read(header + good, Format.CSV)
    beside = read(header + good + b"2,b,\xff,\n", Format.CSV)

    assert beside.items == alone.items
    assert beside.rejects[0].raw == "2,b,\ufffd,"


def test_what_rejects_show_can_be_written_as_utf_8() -> None:
    found = read(HEADER + b'1,a\xff"\n"\xfe\n\xff,"', Format.CSV)

    assert found.rejects
    for rejected in found.rejects:
        assert (rejected.raw + rejected.reason + rejected.mend).encode()


def test_a_file_of_nothing_but_open_quotes_takes_no_hours() -> None:
    """Each line keeps the quote before it open and opens its own; reading stays linear in the file."""
    lines = 300_000
    start = time.process_time()

    found = read(HEADER + b'a",b,"\n' * lines, Format.CSV)

    assert len(found.rejects) == lines
    assert time.process_time() - start < 60  # it takes some three seconds; without a budget it would be hours


def test_the_last_line_needs_no_line_feed() -> None:
    assert read(b"id,text\n1,a", Format.CSV).column("text") == ["a"]
    assert read(b'id,text\n1,"a"', Format.CSV).column("text") == ["a"]
