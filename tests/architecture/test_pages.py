"""What a page may hold under the content-security policy, looked for in the files themselves."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typing_extensions import override

from server.vendoring import VENDOR, changed_files, sri
from tests.architecture.house import ROOT, ours, place

TEMPLATES = [path for path in ours(".html") if "templates" in path.parts]
ASSETS = [path for path in ours(".css", ".js", ".svg") if "tests" not in path.parts]
POSTING = re.compile(r'<form\b[^>]*method="post".*?</form>', re.DOTALL | re.IGNORECASE)
COMMENT = re.compile(r"/\*.*?\*/|^\s*//.*$", re.DOTALL | re.MULTILINE)
FETCHED = re.compile(
    r"(?:url\(|@import|fetch\(|import\b[^;]*?|src=)\s*['\"]?((?:https?:)?//[^'\")\s]+)"
)
JINJA = re.compile(r"\{%.*?%\}|\{#.*?#\}|\{\{.*?\}\}", re.DOTALL)
LOADED = {"src", "srcset", "data", "poster", "background"}


class Faults(HTMLParser):
    """Collects what the policy forbids."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inline = False

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self._inline = tag == "style" or (
            tag == "script" and "src" not in values and values.get("type") != "application/json"
        )
        if self._inline:
            self.found.append(f"<{tag}> with its text inside")
        loaded = LOADED | ({"href"} if tag in {"link", "use", "image"} else set())
        for name, value in attrs:
            if name == "style" or name.startswith(("on", "hx-on")):
                self.found.append(f"{name}= on <{tag}>")
            if re.match(r"\s*javascript:", value or "", re.IGNORECASE):
                self.found.append(f"javascript: in {name}= on <{tag}>")
            if name in loaded and re.match(r"(https?:)?//", value or ""):
                self.found.append(f"{name}={value} on <{tag}>")


def faults(html: str) -> list[str]:
    parser = Faults()
    parser.feed(JINJA.sub("x", html))
    return parser.found


@pytest.mark.parametrize("path", TEMPLATES, ids=place)
def test_a_template_holds_nothing_inline_and_loads_nothing_foreign(path: Path) -> None:
    assert faults(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<style>a{}</style>",
        '<p style="color:red">',
        '<a onclick="x()">',
        '<button hx-on:click="x()">',
        '<a href="javascript:x()">',
        '<script src="https://cdn.example/x.js"></script>',
        '<link rel="stylesheet" href="//cdn.example/x.css">',
        '<img src="http://example.com/a.png">',
    ],
)
def test_each_of_these_faults_would_be_found(html: str) -> None:
    assert faults(html) != []


def test_there_are_templates_and_assets_to_look_at() -> None:
    assert len(TEMPLATES) > 15
    assert len(ASSETS) >= 4


@pytest.mark.parametrize("path", ASSETS, ids=place)
def test_an_asset_of_ours_fetches_nothing_from_elsewhere(path: Path) -> None:
    assert FETCHED.findall(COMMENT.sub("", path.read_text(encoding="utf-8"))) == []


def test_a_foreign_address_in_an_asset_would_be_found() -> None:
    assert FETCHED.findall("a{background:url(https://cdn.example/a.png)}")
    assert FETCHED.findall('import { x } from "//cdn.example/x.js";')


def test_every_posting_form_carries_the_browsers_token() -> None:
    without = [
        place(path)
        for path in TEMPLATES
        for form in POSTING.findall(path.read_text(encoding="utf-8"))
        if 'name="csrf"' not in form and not re.search(r"\bcsrf\w*\(", form)
    ]
    assert without == []


def test_foreign_files_are_unchanged_and_listed() -> None:
    assert changed_files() == []
    assert len(list(VENDOR.rglob("*.js"))) >= 1


def test_a_changed_foreign_file_would_be_found(tmp_path: Path) -> None:
    source = next(VENDOR.rglob("*.min.js"))
    copy = tmp_path / source.name
    copy.write_bytes(source.read_bytes() + b" ")
    assert sri(copy) != sri(source)


def test_every_foreign_file_comes_with_its_licence() -> None:
    for folder in (path for path in VENDOR.iterdir() if path.is_dir()):
        assert (folder / "LICENSE").stat().st_size > 100, folder.relative_to(ROOT)
