"""What of a text may leave once what was found is taken out? `text:redact` and `text:surrogate`.

Heavy where the name model is installed (see `scan`): only child processes and the command line call
it. Whether a text may leave at all is another question: `recall.verdict`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from anonymize.fields.value import is_missing, is_text
from anonymize.text.findings import TITLES, Hit, Kind
from anonymize.text.known import Known
from anonymize.text.scan import hits
from anonymize.text.surrogates import Surrogates, one_writing

_CALLED: Final = "同学"
"""A surrogate of a person begins with it; behind one it would be said twice."""
_ROUNDS: Final = 4
"""How often the result is scanned again; what still holds something then is dropped."""


class Style(StrEnum):
    """How findings are taken out."""

    REDACT = "redact"
    SURROGATE = "surrogate"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a text in the making: the text itself, or what stands for something found."""

    text: str
    ours: bool


def replace_column(
    texts: Sequence[str | None],
    records: Sequence[Known | None],
    style: Style,
    *,
    key: bytes,
    groups: Sequence[str] = (),
) -> list[str | None]:
    """Return each text with what was found replaced: `〔姓名〕`, or a surrogate such as 同学Q.

    `records[i]` is what the register knows of the pupil of row i. Surrogates are consistent within
    a group (`groups[i]`, usually the pupil; without groups every row is one by itself): all
    variants of a known name have one. Every result is scanned again, and what still turns up is
    redacted. None: no text, not encodable as UTF-8, or personal data that could not be removed.

    Raises InvalidError if surrogates are asked for under a key of fewer than 16 bytes.
    """
    drawn: dict[str, Surrogates] = {}
    if style is Style.SURROGATE:
        names = groups or [str(row) for row in range(len(texts))]
        drawn = {group: Surrogates(key, group) for group in dict.fromkeys(names)}
    rows = [row for row, text in enumerate(texts) if text is not None and _usable(text)]
    made: dict[int, list[_Piece]] = {row: [_Piece(texts[row] or "", ours=False)] for row in rows}
    left = rows
    for turn in range(_ROUNDS):
        found = hits([_joined(made[row]) for row in left], [_at(records, row) for row in left])
        again: list[int] = []
        for row, own in zip(left, found, strict=True):
            group = drawn.get(groups[row] if groups else str(row)) if turn == 0 else None
            pieces = _replaced(made[row], own, _at(records, row), group)
            if pieces is not made[row]:
                made[row] = pieces
                again.append(row)
        left = again
    spoiled = set(left)
    return [
        _joined(made[row]) if row in made and row not in spoiled else None
        for row in range(len(texts))
    ]


def _usable(text: str) -> bool:
    return not is_missing(text) and is_text(text)


def _at(records: Sequence[Known | None], row: int) -> Known | None:
    return records[row] if row < len(records) else None


def _joined(pieces: Sequence[_Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def _replaced(
    pieces: list[_Piece], found: Sequence[Hit], record: Known | None, drawn: Surrogates | None
) -> list[_Piece]:
    """Return the pieces with the hits outside our own replaced; the same list if there are none."""
    result: list[_Piece] = []
    start = 0
    changed = False
    for piece in pieces:
        end = start + len(piece.text)
        low = bisect_right(found, start, key=lambda hit: hit.end)
        inside = found[low : bisect_left(found, end, key=lambda hit: hit.start)]
        if piece.ours or not inside:
            result.append(piece)
        else:
            result += _cut(piece.text, start, inside, record, drawn)
            changed = True
        start = end
    return result if changed else pieces


def _cut(
    text: str, offset: int, inside: Sequence[Hit], record: Known | None, drawn: Surrogates | None
) -> list[_Piece]:
    result: list[_Piece] = []
    place = 0
    for hit in inside:
        start, end = max(hit.start - offset, 0), min(hit.end - offset, len(text))
        if place < start:
            result.append(_Piece(text[place:start], ours=False))
        result.append(_Piece(_label(hit, text[start:end], record, drawn), ours=True))
        said_twice = drawn is not None and hit.kind == Kind.PERSON and text.startswith(_CALLED, end)
        place = end + len(_CALLED) if said_twice else end
    return [*result, _Piece(text[place:], ours=False)] if place < len(text) else result


def _label(hit: Hit, text: str, record: Known | None, drawn: Surrogates | None) -> str:
    if drawn is None:
        return f"〔{TITLES[Kind(hit.kind)]}〕"
    if hit.known and record is not None:
        text = record.values[hit.entity]
    return drawn.of(hit.kind, one_writing(hit.kind, text))
