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
    "generalize:birth_date:half_year",
    "generalize:birth_date:year",
    "generalize:birth_date:age_band",
    "generalize:birth_date:wide_age_band",
    "generalize:enrolment_month:year",
    "generalize:enrolment_month:year_band",
    "generalize:grade:band",
    "generalize:grade:stage",
    "generalize:grade:compulsory",
    "generalize:ethnicity:populous",
    "generalize:ethnicity:han_or_other",
    "generalize:domicile_type:kind",
    "generalize:division:city",
    "generalize:division:province",
    "generalize:division:area",
    "generalize:address:county",
    "generalize:address:city",
    "generalize:address:province",
    "generalize:address:area",
)
FORMAT_PRESERVING: Final = (
    "format_preserving:phone",
    "format_preserving:document_number",
    "format_preserving:student_number",
)
TEXTS: Final = ("text:redact", "text:surrogate")
FORMS: Final = frozenset(
    (DROP, KEEP, PSEUDONYM, *MASKS, *GENERALIZATIONS, *FORMAT_PRESERVING, *TEXTS)
)
"""Every form but those with something of the caller's (`date:shift:N`, `generalize:own:L`)."""

_TRACEABLE: Final = frozenset((PSEUDONYM, *MASKS, *FORMAT_PRESERVING, *TEXTS))


def is_traceable(form: str) -> bool:
    """Tell whether the form keeps a trace of one person: then it is never 匿名化 (PIPL art. 73)."""
    return form in _TRACEABLE or form.startswith("date:")
