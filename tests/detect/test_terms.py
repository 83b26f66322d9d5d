"""Term banks: their format, what counts, and where it stands in the original text."""

import re
from collections.abc import Mapping

import pytest
from detector import DetectorContract

from build import a_batch
from evenhand.detect.terms import TermDetector, load, parse_bank
from evenhand.errors import BadInput

HEADER = "bank: animals\nmeaning: Animals, for tests.\nlanguage: en\n"
BANK = f"""{HEADER}
# A comment.
rat*
ape | needs: them, those, jung*
kill all
kill all of
café
"""
SECOND = "bank: places\nmeaning: Places, for tests.\nlanguage: mul\nfar away\n東京\nжил*\n"


def counts(text: str, *banks: str) -> dict[str, float]:
    """How often each bank speaks about one text."""
    detector = TermDetector([parse_bank(bank, "a.txt") for bank in banks or (BANK,)])
    columns = detector.examine(a_batch([text]))
    return {name.removeprefix("terms."): float(column.values[0]) for name, column in columns.items()}


def count(text: str) -> float:
    """How often the bank of animals speaks about one text."""
    return counts(text)["animals"]


def pieces(text: str, bank: str = BANK) -> list[str]:
    """The pieces of the original text that the spans name."""
    detector = TermDetector([parse_bank(bank, "a.txt")])
    return [text[span.start : span.end] for span in detector.spans(a_batch([text]))[0]]


class TestTermDetector(DetectorContract):
    detector = TermDetector.from_texts({"animals.txt": BANK, "places.txt": SECOND})
    examples = a_batch(
        [
            "they are rats",
            "R\u200bA\u0301TS far away, kill all of them",
            "an ape",
            "those apes, that ape",
            "nothing here",
            "",
            "私は東京に住んでいます",
            "жили-были",
            "k i l l   a l l",
        ]
    )


class TestFormat:
    def test_a_bank_is_read(self) -> None:
        """Header, comments, stems and needs are what the format says."""
        bank = parse_bank(BANK, "a.txt")

        assert (bank.name, bank.meaning, bank.language) == ("animals", "Animals, for tests.", "en")
        assert [term.literal.text for term in bank.terms] == ["rat", "ape", "kill all", "kill all of", "cafe"]
        assert [term.literal.stem for term in bank.terms] == [True, False, False, False, False]
        assert [(need.text, need.stem) for need in bank.terms[1].needs] == [
            ("them", False),
            ("those", False),
            ("jung", True),
        ]
        assert [term.line for term in bank.terms] == [6, 7, 8, 9, 10]

    def test_header_lines_come_in_any_order(self) -> None:
        """And a byte order mark or Windows line ends do no harm."""
        bank = parse_bank("\ufefflanguage: pt-BR\r\nbank: b\r\n\r\nmeaning: M.\r\nx\r\n", "a.txt")

        assert (bank.name, bank.language, bank.terms[0].literal.text) == ("b", "pt-BR", "x")

    @pytest.mark.parametrize(
        ("text", "line", "message"),
        [
            ("rat\n", 1, "before the header is complete"),
            ("bank: animals\nrat\n", 2, "before the header is complete"),
            ("bank: Animals\n", 1, "bank is 'Animals'"),
            ("bank: a\nbank: b\n", 2, "'bank' is given a second time"),
            ("bank: a\nmeaning:\n", 2, "meaning is ''"),
            ("bank: a\nmeaning: M.\nlanguage: English!\n", 3, "language is 'English!'"),
            ("bank: a\nmeaning: M.\nlanguage: mul only\n", 3, "language is 'mul only'"),
            ("bank: a\nmeaning: M.\nlanguage: only\n", 3, "language is 'only'"),
            (f"{HEADER}rat\n\nRAT\n", 6, "'rat' stands in line 4 already"),
            (f"{HEADER}café\ncafe\n", 5, "'cafe' stands in line 4 already"),
            (f"{HEADER}r*t\n", 4, "'r*t' is no term"),
            (f"{HEADER}*\n", 4, "'*' is no term"),
            (f"{HEADER}\u200b\u0301x\n\u200b*\n", 5, "is no term"),
            (f"{HEADER}rat | them\n", 4, "expected `| needs: word, word`"),
            (f"{HEADER}rat | needs:\n", 4, "is no term"),
            (f"{HEADER}rat | needs: a,,b\n", 4, "'' is no term"),
            (f"{HEADER}filthy rat | needs: rat*\n", 4, "would always count"),
        ],
    )
    def test_an_error_names_file_and_line(self, text: str, line: int, message: str) -> None:
        """Every error says where, what was found, and how to mend it."""
        with pytest.raises(BadInput, match=re.escape(message)) as caught:
            parse_bank(text, "terms/a.txt")

        assert caught.value.message.startswith(f"terms/a.txt:{line}: ")
        assert caught.value.mend

    @pytest.mark.parametrize(("text", "missing"), [("", "bank"), ("bank: a\n", "meaning"), (HEADER, "terms")])
    def test_a_bank_has_a_header_and_terms(self, text: str, missing: str) -> None:
        """A file that ends too early is refused by name."""
        with pytest.raises(BadInput, match=rf"a\.txt: the bank has no .*{missing}"):
            parse_bank(text, "a.txt")


class TestCounting:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("a rat", 1),
            ("rats and a rat", 1),
            ("brat, Stratford", 0),
            ("they kill all", 1),
            ("to kill all of us", 1),
            ("kill all of us, kill all", 2),
            ("skill all", 0),
            ("kill allies", 0),
            ("kill all rats", 2),
            ("#rat @rat https://example.org/rat", 1),
        ],
    )
    def test_distinct_terms_count_once(self, text: str, found: int) -> None:
        """Whole words and stems count, each once, and not inside a longer term of the bank."""
        assert count(text) == found

    @pytest.mark.parametrize(
        "text", ["R4TS everywhere, r4t", "r\u200ba\u200bt", "r.a.t.s", "CAFÉ", "cafe\u0301"]
    )
    def test_disguises_are_seen_through(self, text: str) -> None:
        """Terms are found in folded text, and are folded themselves."""
        assert count(text) == 1

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("an ape", 0),
            ("an ape like them", 1),
            ("them, like an ape", 1),
            ("an ape in a theme park", 0),
            ("an ape in the jungle", 1),
            ("apes like them", 0),
        ],
    )
    def test_needs_are_words_of_the_same_text(self, text: str, found: int) -> None:
        """A term with needs counts only beside one of them, in any order."""
        assert count(text) == found

    def test_needs_are_not_met_by_a_neighbour(self) -> None:
        """What a term needs must stand in its own text, not in another of the batch."""
        detector = TermDetector([parse_bank(BANK, "a.txt")])

        column = detector.examine(a_batch(["an ape", "them", "an ape, them", "rat"]))["terms.animals"]

        assert column.values.tolist() == [0, 0, 1, 1]

    def test_an_uncounted_long_term_hides_no_short_one(self) -> None:
        """Only a term that counts stands over a shorter one inside it."""
        bank = f"{HEADER}rat\nbig rat | needs: them\n"

        assert counts("a big rat", bank) == {"animals": 1}
        assert pieces("a big rat", bank) == ["rat"]
        assert pieces("a big rat, them", bank) == ["big rat"]

    def test_banks_do_not_hide_each_other(self) -> None:
        """A term inside a longer one of another bank still counts."""
        other = "bank: other\nmeaning: M.\nlanguage: en\nbig rat\n"

        assert counts("a big rat", BANK, other) == {"animals": 1, "other": 1}

    def test_scripts_without_spaces_have_no_words_to_be_whole(self) -> None:
        """A term in ideographs is found inside a sentence; one in Cyrillic stands at a word's start."""
        assert counts("私は東京に住んでいます", SECOND) == {"places": 1}
        assert counts("жили", SECOND) == {"places": 1}
        assert counts("прижил", SECOND) == {"places": 0}


class TestLanguage:
    """`language` says whose words these are; `only` after it keeps them to that language."""

    @staticmethod
    def counted(language: str, stated: str | None) -> int:
        """How often a bank of a language speaks about a text that states one, by count and by spans alike."""
        bank = parse_bank(BANK.replace("language: en", f"language: {language}"), "a.txt")
        detector = TermDetector([bank])
        batch = a_batch(["a rat"], language=[stated])
        count = int(detector.examine(batch)["terms.animals"].values[0])
        assert len(detector.spans(batch)[0]) == count
        return count

    @pytest.mark.parametrize("stated", ["en", "de", "mul", None])
    @pytest.mark.parametrize("language", ["en", "mul"])
    def test_a_stated_language_silences_no_bank(self, language: str, stated: str | None) -> None:
        """Where the poster picks the language, picking another one is no way around a bank."""
        assert self.counted(language, stated) == 1

    @pytest.mark.parametrize(
        ("language", "stated", "found"),
        [
            ("en only", "en", 1),
            ("en only", "EN_us", 1),
            ("en-GB only", "en-US", 1),
            ("en only", "de", 0),
            ("en only", "de-AT", 0),
            ("de-AT only", "en", 0),
            ("en only", None, 1),
            ("en only", "eng", 1),
            ("en only", "mul", 1),
            ("fil only", "haw", 0),
        ],
    )
    def test_a_bank_of_one_language_only_leaves_the_others_alone(
        self, language: str, stated: str | None, found: int
    ) -> None:
        """By the primary tag; what states none, or cannot be compared, is not another language."""
        assert self.counted(language, stated) == found

    def test_each_item_goes_by_its_own_language(self) -> None:
        """Whatever its neighbours state; and a bank that is bound does not bind another."""
        only = BANK.replace("language: en", "language: en only")
        detector = TermDetector([parse_bank(only, "a.txt"), parse_bank(SECOND, "b.txt")])

        columns = detector.examine(a_batch(["rat far away"] * 3, language=["de", "en", None]))

        assert columns["terms.animals"].values.tolist() == [0, 1, 1]
        assert columns["terms.places"].values.tolist() == [1, 1, 1]

    def test_only_is_a_part_of_the_version(self) -> None:
        """It changes counts, so it changes the version; the language of an unbound bank changes none."""
        versions = [
            TermDetector([parse_bank(BANK.replace("language: en", f"language: {said}"), "a.txt")]).version
            for said in ("en", "de", "en only", "de only")
        ]

        assert versions[0] == versions[1]
        assert len(set(versions)) == 3


class TestStanding:
    def test_each_term_once_in_each_text(self) -> None:
        """By its place among the terms of all banks; it counts as in a signal, longer terms first."""
        detector = TermDetector([parse_bank(BANK, "a.txt"), parse_bank(SECOND, "b.txt")])

        rows, terms = detector.standing(["rat, rat, kill all of", "", "an ape", "FAR aw\u0430y rats"])

        written = [term.written for bank in detector.banks for term in bank.terms]
        assert [(row, written[term]) for row, term in zip(rows, terms, strict=True)] == [
            (0, "rat*"),
            (0, "kill all of"),
            (3, "rat*"),
            (3, "far away"),
        ]

    def test_terms_are_written_with_their_stars(self) -> None:
        """So is what they need."""
        ape = parse_bank(BANK, "a.txt").terms[1]

        assert (ape.written, ape.written_needs) == ("ape", ("them", "those", "jung*"))


class TestSpans:
    def test_spans_name_the_original(self) -> None:
        """A span holds what was written, disguise included: of a stem, up to where the stem ends."""
        text = "so K\u200bI\u200bL\u200bL  \uff21\uff2c\uff2c, those R-A-T-S!"

        assert pieces(text) == ["K\u200bI\u200bL\u200bL  \uff21\uff2c\uff2c", "R-A-T-"]

    def test_every_place_has_a_span(self) -> None:
        """A term that stands twice counts once and is shown twice."""
        assert pieces("rat, Rat") == ["rat", "Rat"]

    def test_spans_speak_for_their_bank(self) -> None:
        """The signal of a span is that of the bank the term is in."""
        detector = TermDetector([parse_bank(BANK, "a.txt"), parse_bank(SECOND, "b.txt")])

        (spans,) = detector.spans(a_batch(["a rat far away"]))

        assert [span.signal for span in spans] == ["terms.animals", "terms.places"]


class TestVersion:
    def test_a_changed_term_changes_the_version(self) -> None:
        """Whatever changes a count changes the version; a comment does not."""
        versions = [
            TermDetector([parse_bank(bank, "a.txt")]).version
            for bank in (
                BANK,
                BANK.replace("rat*", "rat"),
                BANK.replace("those, ", ""),
                BANK.replace("ape", "apes"),
            )
        ]
        commented = TermDetector([parse_bank(BANK.replace("comment", "remark\n# and more"), "a.txt")])

        assert len(set(versions)) == len(versions)
        assert commented.version == versions[0]


class _Shelf:
    """A shelf of banks alone."""

    def __init__(self, banks: Mapping[str, bytes]) -> None:
        self._banks = banks

    def model(self, name: str) -> Mapping[str, bytes]:
        raise AssertionError(name)

    def banks(self) -> Mapping[str, bytes]:
        return self._banks

    def options(self) -> str:
        raise AssertionError("it reads no options")


class TestLoading:
    def test_one_bank_in_two_policies_is_one(self) -> None:
        """The very same bank may be shipped by two policies; comments and lines may differ."""
        detector = load(_Shelf({"a/x.txt": BANK.encode(), "b/x.txt": BANK.encode()}))

        assert [signal.name for signal in detector.signals] == ["terms.animals"]

    def test_two_banks_of_one_name_are_refused(self) -> None:
        """Rules could not tell them apart; the error names both files."""
        other = BANK.replace("rat*", "mouse").encode()

        with pytest.raises(BadInput, match=r"b/x\.txt.*'animals'.*a/x\.txt"):
            load(_Shelf({"a/x.txt": BANK.encode(), "b/x.txt": other}))

    def test_a_bank_is_utf8(self) -> None:
        """Other bytes are refused with the line they stand in."""
        with pytest.raises(BadInput, match=r"a\.txt:4: the bank is not in UTF-8"):
            load(_Shelf({"a.txt": HEADER.encode() + b"caf\xe9\n"}))

    def test_no_banks_are_no_signals(self) -> None:
        """A policy without banks is possible: nothing is examined, nothing is said."""
        detector = TermDetector([])

        assert detector.examine(a_batch(["a rat"])) == {}
        assert detector.spans(a_batch(["a rat"])) == [()]
