"""Which of the pupil's own record stands in a text: names, schools, addresses, in their variants?

The register knows whom a remark is about. What it knows is looked for first, and always found.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

from anonymize.text.findings import Hit, Kind
from anonymize.text.folding import GAP_CLASS
from anonymize.text.spelling import plain_spelling
from anonymize.text.variants import Variant, address_variants, name_variants, school_variants
from kernel.errors import InvalidError

_GAP: Final = re.compile(f"[{GAP_CLASS}*]")
_MOST_GAP: Final = 2
_LISTS: Final = ("names", "schools", "addresses")
_MOST_VALUES: Final = 200


@dataclass(frozen=True, slots=True)
class Known:
    """What the register knows of one pupil: own and relatives' names, schools, addresses."""

    names: tuple[str, ...] = ()
    schools: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()

    @property
    def values(self) -> tuple[str, ...]:
        """All values in the order in which a hit's `entity` counts them."""
        return (*self.names, *self.schools, *self.addresses)

    @staticmethod
    def parse(document: object) -> "Known":
        """Return the record of `{"names": [], "schools": [], "addresses": []}`.

        Raises InvalidError for other keys, for what is no list of texts, and for over 200 values.
        """
        if not isinstance(document, Mapping):
            raise _malformed("known", "已知信息须为对象")
        strange = sorted(str(key) for key in set(document) - set(_LISTS))
        if strange:
            raise _malformed(f"known.{strange[0][:40]}", "已知信息中有不认识的项目")
        return Known(*(_texts(name, document.get(name)) for name in _LISTS))


def _texts(name: str, values: Any) -> tuple[str, ...]:  # noqa: ANN401  as it came
    if values is None:
        return ()
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise _malformed(f"known.{name}", f"known.{name} 须为文字的列表")
    if len(values) > _MOST_VALUES:
        raise _malformed(f"known.{name}", f"known.{name} 多于 {_MOST_VALUES} 个")
    return tuple(values)


def _malformed(field: str, message: str) -> InvalidError:
    return InvalidError(
        message, field=field, rule="扫描输入格式",
        remedy='请写成 {"names": [], "schools": [], "addresses": []}',
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Text:
    """A text in plain spelling, whole and with the gaps inside words taken out."""

    whole: str
    squeezed: str
    places: Sequence[int]
    """Where each character of the squeezed text stands in the whole one."""


def find(text: str, record: Known) -> list[Hit]:
    """Return where values of the record stand in the text; hits may overlap.

    `entity` counts the record's values: names, then schools, then addresses.
    """
    looked = _prepared(text)
    hits: list[Hit] = []
    entity = 0
    for kind, values in (
        (Kind.PERSON, record.names),
        (Kind.SCHOOL, record.schools),
        (Kind.ADDRESS, record.addresses),
    ):
        for value in values:
            for variant in _variants(kind, value):
                if variant.text not in (looked.squeezed if variant.gapped else looked.whole):
                    continue
                hits += (
                    Hit(start, end, kind, variant.score, entity)
                    for start, end in _places(looked, variant)
                )
            entity += 1
    return hits


@lru_cache(maxsize=65536)
def _variants(kind: Kind, value: str) -> tuple[Variant, ...]:
    make = {
        Kind.PERSON: name_variants, Kind.SCHOOL: school_variants, Kind.ADDRESS: address_variants,
    }  # fmt: skip
    return tuple(make[kind](plain_spelling(value)))


def _prepared(text: str) -> _Text:
    whole = plain_spelling(text)
    gaps = {gap.start() for gap in _GAP.finditer(whole)}
    if not gaps:
        return _Text(whole, whole, range(len(whole)))
    places = [place for place in range(len(whole)) if place not in gaps]
    return _Text(whole, "".join(whole[place] for place in places), places)


def _places(text: _Text, variant: Variant) -> Iterator[tuple[int, int]]:
    if not variant.gapped:
        yield from _contiguous(text.whole, variant)
        return
    for start, end in _contiguous(text.squeezed, variant):
        places = text.places[start:end]
        if all(right - left <= _MOST_GAP + 1 for left, right in pairwise(places)):
            yield places[0], places[-1] + 1


def _contiguous(text: str, variant: Variant) -> Iterator[tuple[int, int]]:
    start = text.find(variant.text)
    while start >= 0:
        end = start + len(variant.text)
        if variant.fits(text, start, end):
            yield start, end
        start = text.find(variant.text, start + 1)
