"""The snippets of the guide for developers: what stands there is what the tests run."""

import re
from pathlib import Path

GUIDE = Path(__file__).parents[2] / "docs" / "connect.md"
SNIPPET = re.compile(r"<!-- snippet: (\S+) -->\n```[a-z]*\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def snippets() -> dict[str, str]:
    """Return every snippet by its file name."""
    return {found[1]: found[2] for found in SNIPPET.finditer(GUIDE.read_text(encoding="utf-8"))}


def snippet(name: str) -> str:
    """Return the text of the snippet with this file name; raises KeyError."""
    return snippets()[name]
