"""Pupils whose every field holds a value that stands nowhere else, and a nose for those values."""

import base64
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from registry.domain.citizen_number import check_character
from registry.domain.code_tables import TABLES
from registry.domain.codes import label
from registry.domain.fields import IMPORTED_FIELDS, Kind, StudentField

LEAST = 8
"""Shorter figures turn up by chance in random identifiers."""
RARE = "䶮龘靐齉爨彧翀赟"
BIRTH = "20110307"
COUNTY = "371323"
CODES = {
    "ethnicity": "54", "nationality": "VUT", "birthplace": "632726",
    "political_status": "09",
}  # fmt: skip
SPOKEN = ("ethnicity", "nationality", "birthplace", "political_status")
"""Closed vocabularies with codes so rare that even their words give the pupil away."""


@dataclass(frozen=True, slots=True)
class Canary:
    """One planted pupil: its values by field, and what of them cannot be mistaken."""

    number: int
    values: dict[str, str | None]

    @property
    def marks(self) -> dict[str, str]:
        """The unmistakable values by field."""
        marks = {
            name: value
            for name, value in self.values.items()
            if value and unmistakable(name, value)
        }
        tables = {field.name: field.codes for field in IMPORTED_FIELDS}
        return marks | {
            name: label(tables[name], self.values[name] or "")
            for name in SPOKEN
            if self.number == 0
        }


@dataclass(frozen=True, slots=True)
class Found:
    """A canary seen in an answer: whose, and of which field."""

    canary: int
    field: str


def plant(number: int) -> Canary:
    """Return a pupil of fifteen; different numbers share no value that counts."""
    values: dict[str, str | None] = {
        field.name: _value(field, number, order) for order, field in enumerate(IMPORTED_FIELDS)
    }
    values |= {
        "name": f"{RARE[number]}金丝{chr(0x3400 + number)}",
        "sex": "1", "document_type": "1", "birth_date": BIRTH, "grade": "09",
        "enrolment_month": "202409",
        "class_name": f"金丝雀班{number}{RARE[number]}",
        "document_number": citizen(f"{COUNTY}{BIRTH}{101 + 2 * number:03}"),
    }  # fmt: skip
    return Canary(number, values)


def citizen(first17: str) -> str:
    """Return a valid citizen number (GB 11643)."""
    return first17 + check_character(first17)


def unmistakable(name: str, value: str) -> bool:
    """Tell whether the value can only come from the registry."""
    if name == "birth_date":
        return False  # an application date or a file's time stamp may look alike
    return len(value) >= LEAST if value.isascii() else len(value) > 2


def _value(field: StudentField, number: int, order: int) -> str:
    base = field.name.removeprefix("guardian1_").removeprefix("guardian2_")
    if base == "phone":
        return f"138{number:02}{order:02}7391"
    if base == "document_number":
        return citizen(f"{COUNTY}1984{10 + number % 3}{10 + order % 18:02}{101 + 2 * number:03}")
    if base in {"address", "domicile"} or base.endswith("_address"):
        return f"山东省临沂市沂水县金丝雀{RARE[number]}路{order}号"
    if base == "email":
        return f"canary{number}x{order}@jinsique.example"
    return {
        Kind.CODE: _code(field, base, number),
        Kind.YES_NO: "1",
        Kind.NUMBER: f"{number}7.391",
    }.get(field.kind, f"金{RARE[number]}{order}雀{number}"[: field.max_length])


def _code(field: StudentField, base: str, number: int) -> str:
    if number == 0 and base in CODES:
        return CODES[base]
    return list(TABLES[field.codes].labels)[-1] if field.codes in TABLES else "371300"


class Nose:
    """Finds planted values in bytes, also in zips, and spelled in the ways that hide them."""

    def __init__(self, canaries: Iterable[Canary]) -> None:
        self._spellings = {
            spelled: Found(canary.number, name)
            for canary in canaries
            for name, value in canary.marks.items()
            for spelled in spellings(value)
        }

    def smell(self, content: bytes, *, told: bytes = b"") -> set[Found]:
        """Return what is in the content and was not in what the caller sent."""
        seen: set[Found] = set()
        for part in parts(content):
            seen |= {found for spelled, found in self._spellings.items() if spelled in part}
        return seen - {found for spelled, found in self._spellings.items() if spelled in told}


def spellings(value: str) -> Iterator[bytes]:
    """Yield the value in the encodings in which values hide."""
    raw = value.encode()
    yield raw
    yield value.encode("gb18030")
    yield value.encode("utf-16-le")
    yield raw.hex().encode()
    yield quote(value).encode()
    yield json.dumps(value)[1:-1].encode()
    yield "".join(f"&#{ord(char)};" for char in value).encode()
    if value.isascii() and value.isdigit():
        yield "".join(chr(ord(char) + 0xFEE0) for char in value).encode()
        yield " ".join(value).encode()
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + raw)
        whole = coded[(0, 2, 3)[shift] : len(coded) - 4]
        if len(whole) >= LEAST:
            yield whole


def parts(content: bytes) -> Iterator[bytes]:
    """Yield the content, and what is inside it if it is a zip (a workbook, a bundle)."""
    yield content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield from parts(archive.read(name))
    elif content.startswith(b"{"):
        for coded in re.findall(rb'"([A-Za-z0-9+/]{40,}={0,2})"', content):
            if len(coded) % 4 == 0:
                yield base64.b64decode(coded)
