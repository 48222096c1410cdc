"""What does docs/claims.md say? Written from the catalogue: `python -m policies.claims_page`."""

import sys
from collections.abc import Callable, Iterator

from policies.catalogue import Field
from policies.model import Policy
from policies.reading import load

HEAD = """# Claims and fields

Written from `policies/data/catalogue.toml` by `python -m policies.claims_page > docs/claims.md`;
a test compares. Forms run from the strictest to the weakest; the default is **bold**. `anonymize/`
has what a form does to a value, `policies/explain.py` how people are told of it.

## Claims

The vocabulary is closed: no claim outside this table is ever sent. Claims come from the UserInfo
endpoint only (OpenID Connect Core 1.0, section 5.4); the ID token carries none of them. Each claim
has one OAuth scope that asks exactly it; the scope `edu` asks whatever is approved for the client.
A scope asks, an approval decides: without one only `sub` is sent, and asking for more than is
approved is refused with reasons. Values are strings; what is dropped or empty is absent.

`name` is the standard claim (Core 5.1) and always a masked display name. `gender`, `birthdate`,
`email`, `phone_number` and `address` are not used: the standard defines complete, usable values
for them, which a generalized or masked value is not.
"""
NEVER = """
## Fields that are never claims

They leave by the record API, as a file or as counts, or (no way) not at all. `guardian1_…` and
`guardian2_…` have the same rules.
"""
Column = tuple[str, Callable[[Field], str]]


def render(policy: Policy) -> str:
    """Return the whole page as Markdown."""
    claims = [field for field in policy.catalogue.values() if field.claim]
    others = [
        field
        for field in policy.catalogue.values()
        if not field.claim and not field.name.startswith("guardian2_")
    ]
    title: Column = ("title", lambda field: field.title)
    kind: Column = ("class", lambda field: f"{field.kind} {field.sensitivity}")
    forms: Column = ("forms", _forms)
    source: Column = ("source", lambda field: field.standard)
    claim_columns: tuple[Column, ...] = (
        ("claim", lambda field: f"`{field.claim}`"),
        ("field", lambda field: f"`{field.name}`"),
        title,
        ("scope", lambda field: f"`{field.oauth_scope}`"),
        kind,
        forms,
        source,
    )
    field_columns: tuple[Column, ...] = (
        ("field", lambda field: f"`{field.name}`"),
        title,
        kind,
        forms,
        ("ways", lambda field: ", ".join(field.deliveries) or "none"),
        source,
    )
    return "\n".join(
        (HEAD, *_table(claims, claim_columns), NEVER, *_table(others, field_columns), "")
    )


def _forms(field: Field) -> str:
    return " · ".join(f"**{form}**" if form == field.default_form else form for form in field.forms)


def _table(fields: list[Field], columns: tuple[Column, ...]) -> Iterator[str]:
    yield "| " + " | ".join(head for head, _ in columns) + " |"
    yield "|---" * len(columns) + "|"
    for field in fields:
        yield "| " + " | ".join(cell(field) for _, cell in columns) + " |"


if __name__ == "__main__":
    sys.stdout.write(render(load()))
