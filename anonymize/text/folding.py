"""How are look-alike digits and letters made plain without moving any character?"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

BLANK: Final = " \t\r\n\x0b\x0c\u00a0\u2002-\u200a"
"""Blanks as written in a character class; the same for every regular-expression library."""
GAP_CLASS: Final = BLANK + r"\-\u2010-\u2015_.·\u00ad\u200b-\u200f\u2060\ufeff"
"""What people put between the digits of one number, and what hides there unseen."""

_NUMERALS: Final = "〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖"
_FIGURES: Final = str.maketrans(_NUMERALS, "001234567891123456789")
_LEAST_NUMERALS: Final = 7
"""As many digits as a local telephone number: shorter runs are years, classes and house numbers."""
_SPOKEN: Final = re.compile(
    rf"[0-9{_NUMERALS}](?:[{GAP_CLASS}]{{0,2}}[0-9{_NUMERALS}]){{{_LEAST_NUMERALS - 1},}}"
)


def fold(text: str) -> str:
    """Return the text with full-width forms and all Unicode digits as ASCII, of equal length.

    Long runs of Chinese numerals become digits too (一三八…), and lone surrogates U+FFFD. Code
    point n of the result stands for code point n of the text, so places found in one are places in
    the other.
    """
    if text.isascii():
        return text
    plain = text
    for wide, narrow in _COMMON:
        plain = plain.replace(wide, narrow)
    plain = _RARE.sub(lambda found: _plain(found[0]), plain)
    return _SPOKEN.sub(lambda run: run[0].translate(_FIGURES), plain)


_COMMON: Final = tuple((chr(ord(narrow) + 0xFEE0), narrow) for narrow in ",:;!?()")
"""Punctuation of every Chinese sentence: replaced first, for speed."""
_RARE: Final = re.compile("[^\\x00-\\x7f\u2014\u2018-\u201d\u2026\u3001-\u3011\u4e00-\u9fff]")
"""Whatever else may have a plain form."""


@lru_cache(maxsize=65536)
def _plain(char: str) -> str:
    if char.isascii():
        return char
    if "\ud800" <= char <= "\udfff":
        return "\ufffd"
    if (digit := unicodedata.digit(char, None)) is not None:
        return str(digit)
    narrow = unicodedata.normalize("NFKC", char)
    return narrow if len(narrow) == 1 and narrow.isascii() else char
