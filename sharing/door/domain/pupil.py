"""What must the door know of a pupil: area, school, grade, age, and whether they are made up?"""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from kernel.ids import OrgId, StudentId
from sharing.requests.domain.area import contains
from sharing.requests.domain.scope import Cohort

CHINA = timezone(timedelta(hours=8))
AGE_OF_OWN_CONSENT = 14
"""Below it a guardian consents (PIPL art. 31)."""


@dataclass(frozen=True, slots=True)
class PupilFacts:
    """Loaded from the registry. `birth_date` is YYYYMMDD; `division` the school authority's.

    `in_school` is false for pupils who have left, or whose record is closed.
    """

    student_id: StudentId
    division: str
    school_id: OrgId
    grade: str
    birth_date: str
    synthetic: bool
    in_school: bool

    def in_cohort(self, cohort: Cohort) -> bool:
        """Tell whether an approval's cohort holds this pupil."""
        return (
            self.in_school
            and contains(cohort.division, self.division)
            and (not cohort.school_ids or self.school_id in cohort.school_ids)
            and (not cohort.grades or self.grade in cohort.grades)
        )

    def is_under_14(self, now: datetime) -> bool:
        """Tell whether the 14th birthday is still to come; an unknown birth date counts so."""
        if len(self.birth_date) != 8 or not self.birth_date.isdecimal():  # noqa: PLR2004  YYYYMMDD
            return True
        today = now.astimezone(CHINA)
        birthday = int(self.birth_date) + AGE_OF_OWN_CONSENT * 10_000
        return int(f"{today:%Y%m%d}") < birthday
