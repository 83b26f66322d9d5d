"""What the linear detector reads in a text: hashed pieces of words, words, and pairs of words.

    grams = read_grams(batch.folded)
    grams.chars  # per character the table rows of the 3-, 4- and 5-gram that begins in it

A text is cut into tokens. A token is a run of letters and digits (an apostrophe between two of them belongs
to it), or one symbol: each punctuation mark and emoji stands for itself. A link (what stands around `://`)
and the name after an `@` are left out: they are no evidence against an author.

Every token, with an edge mark on either side, yields its 3-, 4- and 5-grams: the piece between is never cut
by an edge, so a gram says where a word begins and ends. Tokens and pairs of neighbouring tokens are hashed
whole. All of it is wrapping 32-bit arithmetic on whole columns, so it is the same on any machine, and an
item's grams do not depend on its neighbours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

FEATURE_VERSION: Final = "1"
"""Changes with anything here that changes a hash: tables trained under another version are refused."""

TABLE_BITS: Final = 20
TABLE_ROWS: Final = 1 << TABLE_BITS

UInts = npt.NDArray[np.uint32]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# Odd 32-bit constants with well-mixed bits: the fractional parts of the square roots of small primes.
_STEP: Final = np.uint32(0x6A09E667)
_LEFT: Final = np.uint32(0xBB67AE85)
_MIX: Final = np.uint32(0xA54FF53B)
_PAIR: Final = np.uint32(0x510E527F)
_SALTS: Final = tuple(
    np.uint32(salt) for salt in (0x3C6EF372, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19, 0xCBBB9D5D)
)

_CLASS: Final = 3  # the two low bits of a kind
_EDGE, _WORD, _SYMBOL, _APOSTROPHE = 0, 1, 2, 3
_LATIN: Final = 4
_OTHER_SCRIPT: Final = 8
_KINDS_SIZE: Final = 0x20000  # above lie only ideographs: one kind for all of them

# Ranges of code points in hex, both ends included. Written out rather than asked of `unicodedata`, whose
# answers change with the Python version: a model's scores must not.
_EDGES: Final = (
    "00-20 7F-A0 AD 1680 180E 2000-200F 2028-202F 205F-206F 3000 D800-DFFF FE00-FE0F FEFF FFF0-FFFB"
)
_SYMBOLS: Final = (
    "21-2F 3A-40 5B-60 7B-7E A1-A9 AB-AC AE-B4 B6-B9 BB-BF D7 F7 2010-2027 2030-205E 20A0-20CF 2100-2BFF "
    "2E00-2E7F 3001-3020 3030-303F FE10-FE1F FE30-FE6F FFFC-FFFD 1F000-1FAFF"
)
_LATIN_LETTERS: Final = (
    "41-5A 61-7A AA BA C0-D6 D8-F6 F8-2AF 1D00-1D25 1E00-1EFF 2C60-2C7F A720-A7FF AB30-AB6F FF21-FF3A "
    "FF41-FF5A"
)
_NO_SCRIPT: Final = "30-39 2B0-36F"
_APOSTROPHES: Final = "27 2019"


def _kinds() -> npt.NDArray[np.uint8]:
    """The kind of each code point: its class in the low bits, and which script a letter is of."""
    kinds = np.full(_KINDS_SIZE, _WORD | _OTHER_SCRIPT, dtype=np.uint8)
    for ranges, kind in (
        (_NO_SCRIPT, _WORD),
        (_LATIN_LETTERS, _WORD | _LATIN),
        (_SYMBOLS, _SYMBOL),
        (_EDGES, _EDGE),
        (_APOSTROPHES, _APOSTROPHE),
    ):
        for piece in ranges.split():
            first, _, last = piece.partition("-")
            kinds[int(first, 16) : int(last or first, 16) + 1] = kind
    return kinds


_KINDS: Final = _kinds()
_SCRIPT_BALANCE: Final = np.array([0, 1, -1], dtype=np.int8)  # a kind without its class: none, Latin, another
_CURLY, _STRAIGHT = np.uint32(0x2019), np.uint32(0x27)
_LONGEST_SCHEME: Final = 5  # https
_ROW_SHIFT: Final = np.uint32(32 - TABLE_BITS)


@dataclass(frozen=True, slots=True)
class Grams:
    """The grams of N texts with P positions (characters, and one edge after each text) and T tokens.

    Attributes:
        chars: Shape (3, P): the table row of the 3-, 4- and 5-gram that begins at a position; 0 for none.
        words: Shape (2, T): the table row of a token, and of it with the next one of its text; 0 for none.
        counts: Shape (N,): how many grams a text has, all kinds together.
        item_starts: Shape (N,): the position where each text begins.
        token_starts: Shape (T,): the position where each token begins.
        token_ends: Shape (T,): one past its last.
        token_items: Shape (T,): which text it is of.
        latin: Shape (N,), bool: whether more than half of a text's letters are Latin. A text without letters,
            links and account names aside, is not.
    """

    chars: UInts
    words: UInts
    counts: Ints
    item_starts: Ints
    token_starts: Ints
    token_ends: Ints
    token_items: Ints
    latin: Flags


def read_grams(folded: Sequence[str]) -> Grams:
    """The grams of one text or more, each folded as `evenhand.intake` folds it."""
    codes = np.frombuffer(("\n".join(folded) + "\n").encode("utf-32-le", "surrogatepass"), dtype="<u4")
    lengths = np.fromiter(map(len, folded), dtype=np.int64, count=len(folded)) + 1
    item_ends = np.cumsum(lengths)
    kinds = _KINDS[np.minimum(codes, np.uint32(_KINDS_SIZE - 1))]
    kinds[_left_out(codes, kinds)] = _EDGE
    begins, goes_on = _tokens(kinds)
    token_starts = np.flatnonzero(begins)
    token_ends = np.flatnonzero((begins | goes_on) & ~_next(goes_on)) + 1
    token_items = np.searchsorted(item_ends, token_starts, side="right")
    paired = np.zeros(len(token_starts), dtype=np.bool_)
    paired[:-1] = token_items[1:] == token_items[:-1]
    chars, pieces = _char_rows(codes, begins, goes_on)
    sizes = token_ends - token_starts
    per_token = np.maximum(3 * sizes - 3, 1) + 1 + paired
    script = _SCRIPT_BALANCE[kinds >> 2]
    return Grams(
        chars=chars,
        words=_word_rows(pieces, token_starts, paired),
        counts=np.bincount(token_items, weights=per_token, minlength=len(folded)).astype(np.int64),
        item_starts=item_ends - lengths,
        token_starts=token_starts,
        token_ends=token_ends,
        token_items=token_items,
        latin=np.add.reduceat(script, item_ends - lengths, dtype=np.int32) > 0,
    )


def left_out_of(codes: UInts) -> Flags:
    """Where a link stands, or an account name after its `@`, in texts that end in a line break each."""
    return _left_out(codes, _KINDS[np.minimum(codes, np.uint32(_KINDS_SIZE - 1))])


def _next(column: Flags) -> Flags:
    """What the next position has; after the last position, which is always an edge, nothing."""
    return np.append(column[1:], np.False_)


def _left_out(codes: UInts, kinds: npt.NDArray[np.uint8]) -> Flags:
    """Where a link stands, or an account name after its `@`: shape (P,)."""
    out = np.zeros(len(codes), dtype=np.bool_)
    position = np.arange(len(codes), dtype=np.int32)
    word = (kinds & _CLASS) == _WORD
    colons = codes == ord(":")
    colons[:-2] &= (codes[1:-1] == ord("/")) & (codes[2:] == ord("/"))
    colons[-2:] = False
    at = np.flatnonzero(colons)
    if len(at):
        out = _latest(position, colons) > _latest(position, kinds == _EDGE)
        for _ in range(_LONGEST_SCHEME):
            at = at[at > 0] - 1
            at = at[word[at]]
            out[at] = True
    ats = codes == ord("@")
    if ats.any():
        of_name = word | ats | (codes == ord("_")) | (codes == ord(".")) | (codes == ord("-"))
        ats[1:] &= ~word[:-1]
        latest = _latest(position, ats)
        out |= (latest > _latest(position, ~of_name)) & (latest != position)
    return out


def _latest(position: npt.NDArray[np.int32], event: Flags) -> npt.NDArray[np.int32]:
    """At each position the latest one, itself included, where `event` is true; -1 before the first."""
    return np.maximum.accumulate(np.where(event, position, np.int32(-1)))


def _tokens(kinds: npt.NDArray[np.uint8]) -> tuple[Flags, Flags]:
    """Where a token begins, and where the token of the position before goes on: shape (P,) each."""
    classes = kinds & _CLASS
    word = classes == _WORD
    apostrophe = classes == _APOSTROPHE
    inside = apostrophe & _next(word)
    inside[1:] &= word[:-1]
    inside[0] = False
    word |= inside
    goes_on = word.copy()
    goes_on[1:] &= word[:-1]
    goes_on[0] = False
    begins = (word & ~goes_on) | (classes == _SYMBOL) | (apostrophe & ~inside)
    return begins, goes_on


def _char_rows(codes: UInts, begins: Flags, goes_on: Flags) -> tuple[UInts, UInts]:
    """The table rows of all 3-, 4- and 5-grams, shape (3, P), and the 3-grams' mixed hashes, shape (P,).

    A gram of n characters is n - 2 of one token with what stands on either side of them in it: a character,
    or 0 for its edge.
    """
    size = len(codes)
    own = np.zeros(size + 3, dtype=np.uint32)  # padded, so that looking ahead needs no test
    own[:size] = np.where(codes == _CURLY, _STRAIGHT, codes) * (begins | goes_on)
    on = np.zeros(size + 3, dtype=np.bool_)
    on[:size] = goes_on
    after = own * on
    left = np.zeros(size, dtype=np.uint32)
    left[1:] = own[: size - 1]
    left *= goes_on * _LEFT
    inner = own[:size]
    valid: Flags = begins | goes_on
    rows = np.empty((3, size), dtype=np.uint32)
    pieces = rows[0]
    for gram in range(3):
        if gram:
            valid = valid & on[gram : size + gram]
            inner = inner * _STEP + own[gram : size + gram]
        mixed = _mixed(inner * _STEP + after[gram + 1 : size + gram + 1] + left + _SALTS[gram]) * valid
        if gram == 0:
            pieces = mixed
        rows[gram] = mixed >> _ROW_SHIFT
    return rows, pieces


def _word_rows(pieces: UInts, token_starts: Ints, paired: Flags) -> UInts:
    """The table rows of all tokens and pairs, shape (2, T); a token's hash is the sum of its 3-grams'.

    The sum forgets the order of the 3-grams, but two words with the same ones, edges included, are rarer than
    two words that share a row.
    """
    rows = np.zeros((2, len(token_starts)), dtype=np.uint32)
    if len(token_starts):
        hashes = np.add.reduceat(pieces, token_starts, dtype=np.uint32)
        rows[0] = _mixed(hashes + _SALTS[3]) >> _ROW_SHIFT
        rows[1, :-1] = _mixed(hashes[:-1] * _PAIR + hashes[1:] + _SALTS[4]) >> _ROW_SHIFT
        rows[1] *= paired
    return rows


def _mixed(hashes: UInts) -> UInts:
    """Spread the low bits into the high ones, which pick the table row."""
    return (hashes ^ (hashes >> np.uint32(15))) * _MIX
