"""What the documents say about the house is so."""

import re
from pathlib import Path

import pytest

from tests.architecture.house import ROOT, ours, place, project, tracked

PAGES = ours(".md")
LINK = re.compile(r"\]\(([^)\s]+)\)")
SHOWN_PATH = re.compile(r"`([a-z_]+(?:/[\w.*-]+)+)`")


def test_the_layer_diagram_is_the_contract() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    drawn = page.split("<!-- layers -->")[1].split("<!-- /layers -->")[0]
    rows = [line.strip() for line in drawn.splitlines() if line.strip() and "```" not in line]
    contracts = project()["tool"]["importlinter"]["contracts"]
    [layers] = [one["layers"] for one in contracts if one["id"] == "packages"]
    assert rows == layers


def test_readme_and_docs_are_looked_at() -> None:
    names = {str(path.relative_to(ROOT)) for path in PAGES}
    assert {"README.md", "docs/architecture.md", "docs/glossary.md", "CHANGELOG.md"} <= names


def names_of(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings}


@pytest.mark.parametrize("page", PAGES, ids=place)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    broken = []
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        if not path.exists() or (anchor and path.suffix == ".md" and anchor not in names_of(path)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", ["README.md", "docs/architecture.md", "docs/threat-model.md"])
def test_every_path_that_a_page_names_is_there(page: str) -> None:
    """Whole paths in the tree only: `a/b.py`, not a route and not a media type."""
    tops = {path.relative_to(ROOT).parts[0] for path in tracked()}
    named = [
        name
        for name in SHOWN_PATH.findall((ROOT / page).read_text(encoding="utf-8"))
        if name.split("/")[0] in tops
    ]
    assert [name for name in named if not list(ROOT.glob(name))] == []
