"""How are look-alike digits and letters made plain without moving any character?"""

import unicodedata
from functools import lru_cache


def fold(text: str) -> str:
    """Return the text with full-width forms and all Unicode digits as ASCII, of equal length.

    Code point n of the result stands for code point n of the text, so places found in one are
    places in the other.
    """
    return text if text.isascii() else "".join(map(_plain, text))


@lru_cache(maxsize=65536)
def _plain(char: str) -> str:
    if char.isascii():
        return char
    if (digit := unicodedata.digit(char, None)) is not None:
        return str(digit)
    narrow = unicodedata.normalize("NFKC", char)
    return narrow if len(narrow) == 1 and narrow.isascii() else char
