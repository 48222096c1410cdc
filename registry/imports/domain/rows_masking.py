"""How much of a faulty value may an error list show? Enough to find the cell, not to copy it."""

from registry.domain.fields import BY_NAME

_LONGEST = 40
_ADDRESSES = ("address", "domicile", "workplace")


def shown(name: str, value: str) -> str:
    """Return the value as error lists cite it; numbers, addresses and mailboxes are masked."""
    if not value:
        return ""
    part = name.split("_", 1)[1] if BY_NAME[name].guardian else name
    if part in ("document_number", "student_number", "local_number"):
        return _middle_hidden(value, 1, 2)
    if part == "phone":
        return _middle_hidden(value, 3, 4)
    if part == "email":
        return value[:1] + "***" + value[value.rfind("@") :][:_LONGEST] if "@" in value else "***"
    if part.endswith(_ADDRESSES) or part == "homepage":
        return value[:6] + "…" if len(value) > len("省市区县地址") else value
    return value if len(value) <= _LONGEST else value[:_LONGEST] + "…"


def _middle_hidden(value: str, head: int, tail: int) -> str:
    if len(value) <= head + tail:
        return "*" * len(value)
    return value[:head] + "*" * (len(value) - head - tail) + value[-tail:]
