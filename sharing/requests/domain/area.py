"""Does one administrative area lie inside another (GB/T 2260 codes)?"""


def significant(code: str) -> str:
    """Return the code without the `00` pairs that stand for "the whole": 330000 → 33."""
    while len(code) > 2 and code.endswith("00"):  # noqa: PLR2004  two digits name a province
        code = code[:-2]
    return code


def contains(area: str, code: str) -> bool:
    """Tell whether the area with code `area` contains the one with `code` (or is it).

    Codes have 2, 4 or 6 digits; a 6-digit code that ends in 00 or 0000 names a city or a province.
    An empty or malformed area contains nothing.
    """
    if len(area) not in {2, 4, 6} or not area.isdecimal() or not code.isdecimal():
        return False
    return significant(code).startswith(significant(area))
