"""What may stand in a cell of each column, and what value does it become?"""

import re
from collections.abc import Callable
from datetime import date

from registry.domain.codes import CODE_TABLES, DIVISION
from registry.domain.division import PROVINCES, is_division
from registry.domain.fields import Kind, StudentField
from registry.imports.domain.header import Column
from registry.imports.domain.sheet_cells import DateCell
from registry.imports.domain.sheet_text import has_deceptive, machine_text, person_name, prose

Reading = tuple[str, str]
"""The value, and the code of the broken rule (empty: none)."""
ReadCell = Callable[[str], Reading]

_NAME_REFUSED = re.compile(r"[0-9!-&(-,/:-@\[-`{-~，。；：？！（）【】《》“”]")
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]{1,2}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,5}(?:\.[0-9]{1,3})?", re.ASCII)
_MOST_REMEMBERED = 4_096
_NAMES = frozenset({"name", "former_name"})
_DOCUMENT = re.compile(r"[0-9A-Za-z()-]{1,20}", re.ASCII)
_PATTERNS = {
    "phone": (re.compile(r"\+?[0-9][0-9 -]{5,18}[0-9]", re.ASCII), "bad_phone"),
    "postcode": (re.compile(r"[0-9]{6}", re.ASCII), "bad_postcode"),
    "email": (re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+", re.ASCII), "bad_email"),
    "document_number": (_DOCUMENT, "bad_document"),
    "school_code": (re.compile(r"[0-9]{10}", re.ASCII), "unknown_school"),
}
_CENTURY = "19"


def cell_reader(column: Column, today: date) -> ReadCell:
    """Return the function that reads a cell of this column. Cells are not empty, and not odd."""
    field = column.field
    if field.kind is Kind.TEXT:
        return _text_reader(field)
    if field.kind is Kind.DATE:
        return lambda text: _read_date(text, today)
    if field.kind is Kind.MONTH:
        return lambda text: _read_month(text, today)
    if field.kind is Kind.NUMBER:
        return _read_number
    return _remembering(_read_division if field.codes == DIVISION else _code_reader(field.codes))


def _text_reader(field: StudentField) -> ReadCell:
    part = field.name.removeprefix(f"guardian{field.guardian}_")
    if part == "name" or field.name in _NAMES:
        return lambda text: _read_name(text, field.max_length)
    if part in _PATTERNS:
        return _pattern_reader(*_PATTERNS[part], field.max_length)
    return lambda text: _read_prose(text, field.max_length)


def _remembering(read: ReadCell) -> ReadCell:
    """Codes repeat on every row: read each spelling once."""
    known: dict[str, Reading] = {}

    def remembered(text: str) -> Reading:
        reading = known.get(text)
        if reading is None:
            reading = read(text)
            if len(known) < _MOST_REMEMBERED:
                known[text] = reading
        return reading

    return remembered


def _code_reader(table: str) -> ReadCell:
    """Accept a code, a label, or both together as the template's lists offer them."""
    by_text = {machine_text(text): code for text, code in CODE_TABLES[table].codes.items()}
    width = max(len(code) for code in CODE_TABLES[table].labels)

    def read(text: str) -> Reading:
        plain = machine_text(text)
        code = by_text.get(plain) or by_text.get(plain.replace(" ", ""))
        if code is None and plain.isascii() and plain.isdigit():
            # A numeric cell has lost the leading zero of 01.
            code = by_text.get(plain.zfill(width))
        return (plain, "unknown_code") if code is None else (code, "")

    return read


def _read_division(text: str) -> Reading:
    code = machine_text(text)[:6] if machine_text(text)[6:7] in ("", " ") else machine_text(text)
    if not is_division(code):
        return code, "unknown_code"
    return code, "" if code[:2] in PROVINCES else "region_unknown"


def _read_date(text: str, today: date) -> Reading:
    day = machine_text(text)
    if len(day) != len("YYYYMMDD") or not (day.isascii() and day.isdigit()):
        return day, "bad_date"
    try:
        born = date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError:
        return day, "bad_date"
    return day, "" if day >= _CENTURY and born <= today else "bad_date"


def _read_month(text: str, today: date) -> Reading:
    month = machine_text(text)
    if isinstance(text, DateCell):
        month = month[:6]
    if len(month) != len("YYYYMM"):
        return month, "bad_month"
    value, rule = _read_date(month + "01", today)
    return value[:6], "bad_month" if rule else ""


def _read_number(text: str) -> Reading:
    number = machine_text(text)
    return number, "" if _NUMBER.fullmatch(number) else "bad_number"


def _read_name(text: str, longest: int) -> Reading:
    value, replaced = person_name(text)
    if has_deceptive(value):
        return value, "deceptive_character"
    if len(value) > longest:
        return value, "too_long"
    if _NAME_REFUSED.search(value):
        return value, "name_character"
    return value, "dot_replaced" if replaced else ""


def _read_prose(text: str, longest: int) -> Reading:
    value = prose(text)
    if has_deceptive(value):
        return value, "deceptive_character"
    return value, "too_long" if len(value) > longest else ""


def _pattern_reader(pattern: re.Pattern[str], rule: str, longest: int) -> ReadCell:
    def read(text: str) -> Reading:
        value = machine_text(text)
        if pattern.fullmatch(value):
            return value, "too_long" if len(value) > longest else ""
        if has_deceptive(value):
            return value, "deceptive_character"
        if _SCIENTIFIC.fullmatch(value):
            return value, "numeric_cell"
        return value, rule

    return read
