"""Which forms go a whole column at a time? Pseudonyms, and FF1 of numbers. Heavy: numpy, numba.

Only values that stand in their one canonical writing are taken; others stay null and are left to
the rules for one value. Both give the same (tested), so the bulk is speed and nothing else.
"""

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Final

import numpy as np
import polars as pl
from cryptography.hazmat.primitives import hashes, hmac
from numpy.typing import NDArray

from anonymize.fields import preserving
from anonymize.fields.ff1_columns import FF1Columns
from anonymize.fields.ff1_rounds import Numbers
from anonymize.fields.keys import derived
from anonymize.fields.numbers import CHECKS, WEIGHTS
from anonymize.fields.written import decimal
from anonymize.plan.treatment import Kind, Treatment

Whole = Callable[[pl.Series], pl.Series]
"""Column in, column of equal length out, with null where the value was not taken."""

PSEUDONYM_LENGTH: Final = 26
_PHONE_LENGTH: Final = 11
_LEAST: Final = 13_000_000_000
_MOST: Final = 19_999_999_999
_CITIZEN: Final = r"^[1-9][0-9]{16}[0-9X]$"
_FORMAL: Final = r"^G[1-9][0-9]{16}[0-9X]$"
_CANONICAL: Final = r"^(?:G?[1-9][0-9]{16}[0-9X]|1[3-9][0-9]{9})$"
_CHUNK: Final = 1 << 13
"""Pseudonyms made at a time: their objects then stay in the processor's cache."""

_LEADING_ONE: Final = np.uint64(10**10)
_LEAST_REST: Final = np.uint64(3 * 10**9)
_MARK: Final = np.uint64(int(preserving.MARK) * 10**preserving.RANK_DIGITS)
_TEN: Final = np.uint64(10)
_TEN_TO_15: Final = np.uint64(10**15)
_FIRST_BORN: Final = np.uint64(19_000_000)
_LAST_PLACE: Final = 2_000_000
"""One past 20991231 less 19000000, rounded up: there is no date there."""

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS: Final = np.array([one + two for one in _LETTERS for two in _LETTERS], "S2")
"""Two letters for each ten bits."""

_SHIFTS: Final = np.arange(30, -1, -10, dtype=np.uint64)
_CHECK_VALUES: Final = np.array([10 if one == "X" else int(one) for one in CHECKS], np.uint64)


def rule(treatment: Treatment, key: bytes) -> Whole | None:
    """Return the function of a form that has one, else None."""
    if treatment.kind is Kind.PSEUDONYM:
        return lambda column: _pseudonyms(column, key)
    if treatment.kind is not Kind.FORMAT_PRESERVING:
        return None
    if treatment.style == "phone":
        return lambda column: _phones(column, key)
    if treatment.style == "document_number":
        return lambda column: _citizens(column, column.str.contains(_CITIZEN), key, "")
    return lambda column: _citizens(
        column.str.strip_prefix("G"), column.str.contains(_FORMAL), key, "G"
    )


def _pseudonyms(column: pl.Series, key: bytes) -> pl.Series:
    known = column.str.contains(_CANONICAL).fill_null(value=False)
    numbers = column.filter(known).str.strip_prefix("G").cast(pl.Binary)
    copy = hmac.HMAC(key, hashes.SHA256()).copy
    names = [
        _base32(b"".join(_tags(copy, numbers[start : start + _CHUNK].to_list())))
        for start in range(0, len(numbers), _CHUNK)
    ]
    whole = pl.concat(names) if names else pl.Series([], dtype=pl.String)
    return _placed(whole, np.flatnonzero(known.to_numpy()), len(column))


def _tags(copy: Callable[[], hmac.HMAC], numbers: list[bytes]) -> list[bytes]:
    """Return the HMAC of each number; the key's part is computed once and copied."""
    tags = []
    for number in numbers:
        tag = copy()
        tag.update(number)
        tags.append(tag.finalize())
    return tags


def _base32(tags: bytes) -> pl.Series:
    """Return of each 32-byte tag the 26 characters that stand for its first 130 bits (RFC 4648)."""
    groups = np.frombuffer(tags, np.uint8).reshape(-1, 32)[:, :20].reshape(-1, 4, 5)
    wide = np.zeros((*groups.shape[:2], 8), np.uint8)
    wide[..., 3:] = groups
    pairs = wide.view(">u8").astype(np.uint64) >> _SHIFTS & np.uint64(1023)
    letters = _PAIRS[pairs].reshape(-1, 16)[:, : PSEUDONYM_LENGTH // 2]
    names = np.ascontiguousarray(letters).view(f"S{PSEUDONYM_LENGTH}").ravel()
    return pl.Series(names, dtype=pl.Binary).cast(pl.String)


def _phones(column: pl.Series, key: bytes) -> pl.Series:
    number = column.cast(pl.UInt64, strict=False)
    # Eleven bytes that make a number of eleven digits are digits and nothing else.
    known = (
        (column.str.len_bytes() == _PHONE_LENGTH) & number.is_between(_LEAST, _MOST)
    ).fill_null(value=False)
    if not known.all():
        number = number.filter(known)
    cipher = FF1Columns(derived(key, preserving.PHONE_USE), 10, tweak=preserving.MOBILE)
    walked = cipher.encrypt(number.to_numpy() - _LEADING_ONE)
    again = np.flatnonzero(walked < _LEAST_REST)
    while again.size:
        more = cipher.encrypt(walked[again])
        walked[again] = more
        again = again[more < _LEAST_REST]
    names = decimal(walked + _LEADING_ONE, _PHONE_LENGTH)
    return _placed(names, np.flatnonzero(known.to_numpy()), len(column))


def _citizens(text: pl.Series, known: pl.Series, key: bytes, letter: str) -> pl.Series:
    known = known.fill_null(value=False)
    numbers = text.filter(known)
    body = numbers.str.slice(0, 17).cast(pl.UInt64).to_numpy()
    given = numbers.str.slice(17).str.replace("X", "10", literal=True).cast(pl.UInt64).to_numpy()
    ranks, plausible = _ranks(body)
    plausible &= _CHECK_VALUES[_remainders(body)] == given
    cipher = FF1Columns(derived(key, preserving.NUMBER_USE), preserving.RANK_DIGITS)
    secret = cipher.encrypt(ranks[plausible]) + _MARK
    checks = pl.Series(list(CHECKS)).gather(_remainders(secret))
    names = pl.Series([letter]) + pl.Series(secret).cast(pl.String) + checks
    return _placed(names, np.flatnonzero(known.to_numpy())[plausible], len(text))


def _ranks(body: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
    """Return the rank of each 17-digit body as `preserving` counts, and whether it has one."""
    province = _provinces()[body // _TEN_TO_15]
    area = body // np.uint64(10**11) % np.uint64(preserving.AREAS)
    born = body // np.uint64(preserving.SEQUENCES) % np.uint64(10**8)
    day = _days()[np.minimum(born - np.minimum(born, _FIRST_BORN), _LAST_PLACE)]
    plausible = (province >= 0) & (day >= 0)
    place = province.astype(np.uint64) * np.uint64(preserving.AREAS) + area
    ranks = place * np.uint64(preserving.DAYS) + day.astype(np.uint64)
    sequence = body % np.uint64(preserving.SEQUENCES)
    return ranks * np.uint64(preserving.SEQUENCES) + sequence, plausible


def _remainders(body: Numbers) -> Numbers:
    """Return the weighted sum of 17 digits modulo 11 (ISO 7064)."""
    total = np.zeros_like(body)
    for weight in reversed(WEIGHTS):
        rest = body // _TEN
        total += (body - rest * _TEN) * np.uint64(weight)
        body = rest
    return total % np.uint64(len(CHECKS))


@cache
def _provinces() -> NDArray[np.int64]:
    """Return the place of each two-digit beginning among the provinces, or -1."""
    places = np.full(100, -1)
    for place, code in enumerate(preserving.PROVINCES):
        places[int(code)] = place
    return places


@cache
def _days() -> NDArray[np.int64]:
    """Return for YYYYMMDD less 19000000 the days since the first one, or -1 for no date."""
    places = np.full(_LAST_PLACE + 1, -1)
    for place in range(preserving.DAYS):
        day = date.fromordinal(preserving.FIRST_DAY + place)
        places[day.year * 10_000 + day.month * 100 + day.day - int(_FIRST_BORN)] = place
    return places


def _placed(values: pl.Series, rows: NDArray[np.int64], length: int) -> pl.Series:
    """Return a column of that length with the values at these rows and null elsewhere."""
    if len(rows) == length:
        return values
    places = np.full(length, -1)
    places[rows] = np.arange(len(rows))
    given = pl.Series(places)
    return values.gather(pl.select(pl.when(given >= 0).then(given)).to_series())
