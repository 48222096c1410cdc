"""What is needed to put a pupil into the registry?"""

from collections.abc import Mapping
from dataclasses import dataclass

from kernel.ids import OrgId, StudentId

IN_SCHOOL = ("01", "05")
"""Statuses (JY/T 1001 XSDQZT) of pupils who attend: 在读, 复学."""


@dataclass(frozen=True, slots=True)
class NewStudent:
    """A checked pupil about to be entered. `id` is random; `values` holds imported fields only.

    `division` is the six-digit code of the school's managing authority.
    """

    id: StudentId
    school_id: OrgId
    division: str
    values: Mapping[str, str | None]
    synthetic: bool = False
    status: str = "01"
