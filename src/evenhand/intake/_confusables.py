"""Which characters are read as which Latin letters: data, by Unicode character name.

Three kinds, and the kind says when a character is folded:

* `ALWAYS`: forms of Latin letters that no language writes words with (or that differ from the letter by a
  stroke, hook or turn): folded wherever they stand. Most are found by their names in `_characters`; here is
  what the names do not say.
* `TWINS`: letters of living scripts that look the same as a Latin letter. Folded only where the word shows
  that the Latin letter is meant; see `_evasion.lookalikes`.
* `COUSINS`: letters that merely resemble a Latin letter (faux Cyrillic and the like). Folded on stronger
  evidence still.

The pairs were drawn up for this project from the shapes of the letters after case folding.
"""

import unicodedata
from collections.abc import Mapping

__all__ = ["ALWAYS", "COUSINS", "PUNCTUATION", "SCRIPTS", "TWINS"]


def _named(prefix: str, pairs: str) -> dict[str, str]:
    """`"A=a, IE=e"` under a prefix of character names, as a map from character to Latin letter."""
    entries = (pair.strip().split("=") for pair in pairs.split(","))
    return {unicodedata.lookup(f"{prefix} {name}"): letter for name, letter in entries}


def _numbered(pairs: str) -> dict[str, str]:
    """`"15E9=a"` as a map, for scripts whose letter names say nothing about their shape."""
    return {chr(int(code, 16)): letter for code, letter in (pair.split("=") for pair in pairs.split())}


ALWAYS: Mapping[str, str] = {
    **_named(
        "LATIN SMALL LETTER",
        "TURNED M=w, TURNED V=a, SCHWA=e, THORN=p, ETH=d, TONE TWO=s, ALPHA=a, IOTA=i, UPSILON=u,"
        "GAMMA=y, ENG=n, KRA=k, YOGH=z, ESH=s, EZH=z, OPEN E=e, REVERSED OPEN E=e, OPEN O=o, DOTLESS I=i,"
        "DOTLESS J=j, V WITH HOOK=u, U BAR=u, INSULAR G=g, SALTILLO=i, BETA=b, CHI=x, OMEGA=w",
    ),
    **_named(
        "LATIN LETTER SMALL CAPITAL",
        "REVERSED N=n, INVERTED R=r, REVERSED R=r, TURNED R=r, TURNED E=e, OPEN O=o, ETH=d, OU=o",
    ),
    **_named("APL FUNCTIONAL SYMBOL", "ALPHA=a, RHO=p, IOTA=i, OMEGA=w"),
    "\N{ESTIMATED SYMBOL}": "e",
    "\N{TRADE MARK SIGN}": "",  # NFKC would write `tm` onto the word before it
    "\N{SERVICE MARK}": "",
}

_CYRILLIC, _GREEK = "CYRILLIC SMALL LETTER", "GREEK SMALL LETTER"
_ARMENIAN, _COPTIC = "ARMENIAN SMALL LETTER", "COPTIC SMALL LETTER"

TWINS: Mapping[str, str] = {
    **_named(
        _CYRILLIC,
        "A=a, IE=e, O=o, ER=p, ES=c, U=y, HA=x, BYELORUSSIAN-UKRAINIAN I=i, JE=j, DZE=s, SHHA=h,"
        "KOMI DE=d, QA=q, WE=w, KA=k, TE=t, EM=m, PALOCHKA=l, STRAIGHT U=y, IZHITSA=v",
    ),
    **_named(
        _GREEK,
        "ALPHA=a, OMICRON=o, NU=v, RHO=p, UPSILON=u, IOTA=i, KAPPA=k, TAU=t, CHI=x, GAMMA=y",
    ),
    **_named(_ARMENIAN, "OH=o, SEH=u, VO=n, HO=h, CO=g, YI=j, ZA=q, LIWN=l"),
    **_named(
        _COPTIC,
        "O=o, RO=p, SIMA=c, HATE=h, KAPA=k, MI=m, NI=n, TAU=t, KHI=x, IAUDA=i, ALFA=a, VIDA=b, EIE=e",
    ),
    **_named(
        "CHEROKEE LETTER",
        "A=d, E=r, I=t, V=i, GI=y, GO=a, GU=j, GV=e, LA=w, LU=m, MI=h, MU=y, NAH=g, NI=h, NO=z, SA=u,"
        "SI=b, SV=r, TA=w, DE=s, DO=v, DU=s, TLE=l, TLI=c, TLV=p, TSO=k, TSU=d, YU=g, YV=b",
    ),
    **_named(
        "LISU LETTER",
        "BA=b, PA=p, DA=d, TA=t, GA=g, KA=k, JA=j, CA=c, DZA=z, TSA=f, MA=m, NA=n, LA=l, SA=s, ZHA=r,"
        "HA=v, XA=h, WA=w, SHA=x, YA=y, A=a, E=e, I=i, O=o, U=u",
    ),
    **_numbered(  # Canadian syllabics
        "15E9=a 15F7=b 1455=c 15EA=d 15B4=f 157C=h 148D=j 14AA=l 15F0=m 144E=n 146D=p 146B=q 1587=r"
        " 1515=s 144C=u 142F=v 15EF=w 1614=z",
    ),
}

COUSINS: Mapping[str, str] = {
    **_named(
        _CYRILLIC,
        "VE=b, EN=h, SOFT SIGN=b, HARD SIGN=b, BE=b, GHE=r, PE=n, I=n, YA=r, SHA=w, SHCHA=w, ZE=e, DE=a,"
        "TSE=u, CHE=y, UKRAINIAN IE=e, EF=o, EN WITH DESCENDER=h, GHE WITH STROKE=f,"
        "KA WITH DESCENDER=k, KA WITH VERTICAL STROKE=k, BASHKIR KA=k, KA WITH STROKE=k,"
        "ES WITH DESCENDER=c, HA WITH DESCENDER=x, DJE=h",
    ),
    **_named(
        _GREEK,
        "BETA=b, EPSILON=e, ETA=n, OMEGA=w, SIGMA=e, MU=u, THETA=o, ZETA=z, PI=n, LAMDA=a, DELTA=d",
    ),
    **_named(_ARMENIAN, "AYB=w, KEH=p, RA=n, TIWN=s, GHAD=n, KEN=k, SHA=t, CHA=z"),
    **_named("HEBREW LETTER", "SAMEKH=o, VAV=i, FINAL NUN=l, SHIN=w, ALEF=x, FINAL TSADI=y, QOF=p"),
    **_named("THAI CHARACTER", "KHO KHWAI=a, PHO SAMPHAO=n, RO RUA=s, YO YAK=u, LO CHULA=w, SARA E=i"),
}

SCRIPTS: tuple[str, ...] = (
    "CYRILLIC",
    "GREEK",
    "ARMENIAN",
    "COPTIC",
    "CHEROKEE",
    "LISU",
    "CANADIAN",
    "HEBREW",
    "THAI",
)
"""The first words of the names above: letters of two of them in one word are no language's spelling."""

PUNCTUATION: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "\N{LEFT SINGLE QUOTATION MARK}",
            "\N{RIGHT SINGLE QUOTATION MARK}",
            "\N{SINGLE HIGH-REVERSED-9 QUOTATION MARK}",
            "\N{MODIFIER LETTER APOSTROPHE}",
            "\N{MODIFIER LETTER TURNED COMMA}",
            "\N{ACUTE ACCENT}",
            "\N{PRIME}",
        ),
        "'",
    ),
    **dict.fromkeys(
        (
            "\N{LEFT DOUBLE QUOTATION MARK}",
            "\N{RIGHT DOUBLE QUOTATION MARK}",
            "\N{DOUBLE LOW-9 QUOTATION MARK}",
            "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}",
            "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}",
            "\N{DOUBLE PRIME}",
        ),
        '"',
    ),
    "\N{INVERTED EXCLAMATION MARK}": "!",
    "\N{BRAILLE PATTERN BLANK}": " ",  # an empty cell, used as an invisible gap
    # Invisible, though Unicode calls them letters.
    "\N{HANGUL CHOSEONG FILLER}": "",
    "\N{HANGUL JUNGSEONG FILLER}": "",
    "\N{HANGUL FILLER}": "",
    "\N{HALFWIDTH HANGUL FILLER}": "",
    "\N{ARABIC TATWEEL}": "",  # stretches a word and means nothing
}
