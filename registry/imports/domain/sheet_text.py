"""What does a cell's text become before any rule looks at it?"""

import re

SEPARATOR = "\u00b7"
"""The one dot inside minority and foreign names (U+00B7, as on ID cards and in bank systems)."""

_DOT = re.compile("[\u2022\u2027\u2219\u22c5\u30fb\uff0e\uff61\uff65\ufe52\u25cf\u0387\u16eb]")
"""Dots that input methods and fonts offer in its place."""

_DECEPTIVE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e00ff]"
)
"""Controls, zero-width and direction marks, fillers, lone surrogates, tags: they deceive a reader.
Ideographic variation selectors (U+E0100 on) are not here: they write real names."""

_BREAKS = re.compile("[\t\r\n]+")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
"""Full-width ASCII. The rest of NFKC is left alone: it would turn ² into 2, and replace the CJK
compatibility ideographs that some names are written with."""


def has_deceptive(text: str) -> bool:
    """Tell whether the text holds a character that is invisible or turns the reading direction."""
    return not text.isprintable() and _DECEPTIVE.search(text) is not None


def machine_text(text: str) -> str:
    """Return codes, numbers and dates: full-width characters as ASCII, blanks trimmed."""
    return text.strip() if text.isascii() else text.translate(_WIDE).strip()


def prose(text: str) -> str:
    """Return free text and addresses as written, trimmed, on one line."""
    return text.strip() if text.isprintable() else _BREAKS.sub(" ", text).strip()


def person_name(text: str) -> tuple[str, bool]:
    """Return a person's name and whether a look-alike dot in it was replaced by U+00B7."""
    dotted, swaps = _DOT.subn(SEPARATOR, text)
    return prose(dotted.translate(_WIDE)), swaps > 0
