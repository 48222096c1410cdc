"""What does the registry show the pupil about the own record?"""

from dataclasses import dataclass

from kernel.ids import StudentId
from kernel.principal import Principal
from kernel.runtime import Runtime
from registry.domain import codes
from registry.domain.masking import mask_number
from registry.usecases.view import view

_FIELDS = ("name", "school_name", "grade", "class_name", "student_number", "status", "birth_date")


@dataclass(frozen=True, slots=True)
class Summary:
    """Plain words for the pupil's page; the number is masked (1+2)."""

    name: str
    school_name: str
    grade: str
    class_name: str
    student_number: str
    status: str
    birth_date: str
    """YYYYMMDD"""


async def summary(runtime: Runtime, student_id: StudentId, principal: Principal) -> Summary:
    """Return the summary, through `view` and its access log; raises what `view` raises."""
    raw = await view(runtime, principal, student_id, _FIELDS, "")
    values = {name: value or "" for name, value in raw.items()}
    values["grade"] = codes.label("grade", values["grade"])
    values["status"] = codes.label("status", values["status"])
    values["student_number"] = mask_number(values["student_number"])
    return Summary(**values)
