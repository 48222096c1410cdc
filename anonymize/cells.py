"""How does a value become harmless in a spreadsheet cell?

Source: OWASP, CSV Injection: a cell that begins with = + - @, tab, carriage return or line feed,
or a full-width form of these, may be run as a formula by Excel, WPS or LibreOffice.
"""

import unicodedata
from typing import Final

_STARTERS: Final = frozenset("=+-@\t\r\n\0＝＋－＠﹦﹢﹣﹫−")
_MARK: Final = "'"


def neutralize(value: str) -> str:
    """Return the value, with an apostrophe before it if a spreadsheet might run it.

    Blanks and invisible characters before the sign do not help it through. Applies to negative
    numbers too: values here are text, and `-1` and `-1+cmd|…` are not told apart. Never takes a
    character away; applied twice it changes nothing more.
    """
    if value[:1] in _STARTERS and value:
        return _MARK + value
    rest = "".join(char for char in value if not _invisible(char))
    return _MARK + value if rest[:1] in _STARTERS and rest else value


def _invisible(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) in ("Cc", "Cf")
