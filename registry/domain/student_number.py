"""What does a 学籍号 look like, and how is a new one made? 19 characters, made by the system only.

G: formal, the holder's citizen ID number. L: temporary, 6 division + 8 birth date + 4 random.
(J, formal without ID number, is not issued here.) Source: 《中小学生学籍管理办法》第八条, 一人一号.
"""

import re
from dataclasses import dataclass

from typing_extensions import override

from kernel.errors import InvalidError
from kernel.ids import Entropy

_FORM = re.compile(r"G[1-9][0-9]{16}[0-9X]|L[1-9][0-9]{17}", re.ASCII)
_TEMPORARIES = 10_000


@dataclass(frozen=True, slots=True)
class StudentNumber:
    """A number in parts: `prefix` G or L, `body` of 18 characters."""

    prefix: str
    body: str

    @override
    def __str__(self) -> str:
        return self.prefix + self.body

    @property
    def formal(self) -> bool:
        """Tell whether the number is for life."""
        return self.prefix == "G"


def formal(citizen: str) -> str:
    """Return the formal number of the holder of a checked 18-character ID number."""
    return f"G{citizen}"


def temporary(division: str, birth_date: str, entropy: Entropy) -> str:
    """Return a temporary number for a school's six-digit division and a YYYYMMDD birth date.

    The last four digits are random, so the caller must be ready to try again when it is taken.
    """
    random4 = int.from_bytes(entropy(8), "big") % _TEMPORARIES
    return f"L{division:0<6}{birth_date}{random4:04}"


def parse(text: str) -> StudentNumber:
    """Return the number in parts; raises InvalidError unless it is a G or L number."""
    number = text.strip().upper()
    if not _FORM.fullmatch(number):
        raise InvalidError(
            "学籍号应为字母 G 或 L 加 18 位",
            field="student_number",
            rule="《中小学生学籍管理办法》第八条",
            remedy="请核对学籍号",
        )
    return StudentNumber(number[0], number[1:])
