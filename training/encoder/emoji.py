"""The table of emoji that goes into the model: what each shows, from the Unicode character names."""

import unicodedata
from collections.abc import Mapping
from typing import Final

_SKIN: Final = ("light skin", "medium light skin", "medium skin", "medium dark skin", "dark skin")
_FIRST: Final = 0x2190
_LAST: Final = 0x1FAFF
_FIRST_INDICATOR: Final = 0x1F1E6


def emoji_table() -> Mapping[str, str]:
    """Character -> words, for every symbol with a name: pictures, arrows, signs, skin tones, flag letters."""
    table = {}
    for code in range(_FIRST, _LAST + 1):
        sign = chr(code)
        name = unicodedata.name(sign, "")
        if name and unicodedata.category(sign) in {"So", "Sk"}:
            table[sign] = name.lower().replace("-", " ")
    table |= {chr(0x1F3FB + number): tone for number, tone in enumerate(_SKIN)}
    table |= {chr(_FIRST_INDICATOR + number): chr(ord("a") + number) for number in range(26)}
    return table
