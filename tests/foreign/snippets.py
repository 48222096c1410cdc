"""The snippets of the guide for developers: what stands there is what the tests run."""

import re
from pathlib import Path

GUIDE = Path(__file__).parents[2] / "docs" / "connect.md"
SNIPPET = re.compile(r"<!-- snippet: (\S+) -->\n```[a-z]*\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def snippet(name: str) -> str:
    """Return the text of the snippet with this file name; raises KeyError."""
    return dict(SNIPPET.findall(GUIDE.read_text(encoding="utf-8")))[name]
