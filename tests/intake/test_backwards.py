"""Texts and words written from their end are read, and nothing else is turned round."""

import pytest

from evenhand.intake import fold, fold_with_offsets

PROSE = (
    "We walked along the canal, and it rained all the time.",
    "No, it is on. I saw a raw pot top; was it a trap or a part?",
    "Le ton de la fete, il ne sait rien: un tel bruit!",
    "Der Ton in den Nachrichten, wegen der Regel, sei red.",
    "si ni no es de la que tal eso",
    "De man en de eno, tel maar na: ik ben er nog.",
    "abc def ghi jkl mno pqr stu vwx",
    "redrum, redrum",
    "Madam, did the level of the kayak rise at noon?",
)


def folded(text: str) -> str:
    """One text, folded."""
    return fold([text])[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("uoy llik lliw i", "i will kill you"),
        (".uoy llik lliw I", "i will kill you."),
        ("I lliw llik uoy", "i will kill you"),
        ("enoemos dluohs nrub nwod rieht esuoh thginot", "someone should burn down their house tonight"),
        (".won nwot ruo evael tsum yeht fo lla", "all of they must leave our town now."),
        ("si siht a tset", "is this a test"),
        ("@ana uoy llik lliw i https://t.co/Ab1", "https://t.co/ab1 i will kill you @ana"),
        ("uoy ll1k lliw i", "i will kill you"),
        ("uoy  llik\n\nlliw   i", "i will kill you"),
    ],
)
def test_texts_from_their_end(text: str, expected: str) -> None:
    """All of a text or each of its words runs backwards: the reading that is more like English is taken."""
    assert folded(text) == expected


@pytest.mark.parametrize("text", PROSE)
def test_prose_is_not_turned(text: str) -> None:
    """Words that are others from their end, palindromes, and other languages stay."""
    assert folded(text) == text.lower()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("you reggin", "you nigger"),
        ("kcuf this", "fuck this"),
        ("I will llik them all", "i will kill them all"),
    ],
)
def test_words_from_their_end(text: str, expected: str) -> None:
    """A listed word is read in a text that runs forwards."""
    assert folded(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\u202euoy etah i", "i hate you"),
        ("they are \u202enimrev\u202c, all", "they are vermin, all"),
        ("\u202enimrev\nvermin", "vermin vermin"),
        ("\u202enim\u0301rev", "vermin"),
        ("\u202e", ""),
        ("\u202e\u05e9\u05dc\u05d5\u05dd", "\u05e9\u05dc\u05d5\u05dd"),  # runs from right to left anyway
    ],
)
def test_right_to_left_override(text: str, expected: str) -> None:
    """What stands behind an override is read as it is shown, to the end of the line or of the override."""
    assert folded(text) == expected


def test_pieces_of_a_turned_text_run_from_right_to_left() -> None:
    """Each folded character leads to where it was written."""
    original = "uoy llik lliw i"

    found = fold_with_offsets(original)

    assert [original[start:end] for start, end in zip(found.starts, found.ends, strict=True)] == list(
        found.text
    )
    assert found.span(0, len(found.text)) == (0, len(original))
