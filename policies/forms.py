"""In which forms may a value leave? A closed grammar; the words are exchanged with anonymize."""

from typing import Final

DROP: Final = "drop"
KEEP: Final = "keep"
PSEUDONYM: Final = "pseudonym"

MASKS: Final = (
    "mask:name",
    "mask:phone",
    "mask:document_number",
    "mask:student_number",
    "mask:email",
    "mask:address",
)
GENERALIZATIONS: Final = (
    "generalize:birth_date:month",
    "generalize:birth_date:year",
    "generalize:birth_date:age_band",
    "generalize:enrolment_month:year",
    "generalize:grade:stage",
    "generalize:ethnicity:han_or_other",
    "generalize:division:city",
    "generalize:division:province",
    "generalize:address:county",
    "generalize:address:city",
    "generalize:address:province",
)
FORMS: Final = frozenset((DROP, KEEP, PSEUDONYM, *MASKS, *GENERALIZATIONS))
"""Every form there is. Reserved ones (`format_preserving`, `date:shift:N`, `text:scan`) are not."""


def is_traceable(form: str) -> bool:
    """Tell whether the form keeps a trace of one person: then it is never 匿名化 (PIPL art. 73)."""
    return form == PSEUDONYM or form in MASKS
