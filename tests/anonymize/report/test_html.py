import re
import sys
from html.parser import HTMLParser
from subprocess import run

import pytest
from typing_extensions import override

from anonymize.report.digest import digest
from anonymize.report.html import body, page
from anonymize.report.words import number, percent
from tests.anonymize.report.examples import report

VOID = {"meta", "rect", "line"}


class Reader(HTMLParser):
    """Reads strictly: every element is closed in turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    @override
    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    @override
    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def elements(html: str) -> list[tuple[str, dict[str, str | None]]]:
    reader = Reader()
    reader.feed(html)
    assert reader.open == []
    return reader.seen


def test_the_page_stands_alone_and_runs_nothing() -> None:
    html = page(report())
    found = elements(html)
    assert {tag for tag, _ in found}.isdisjoint({"script", "link", "img", "iframe", "form"})
    for _, attributes in found:
        assert "style" not in attributes
        assert "src" not in attributes
        assert "href" not in attributes
        assert not any(name.startswith("on") for name in attributes)
    assert "url(" not in html
    assert "@import" not in html
    assert "default-src 'none'" in html


def test_the_body_for_a_page_of_ours_brings_no_style() -> None:
    assert {tag for tag, _ in elements(body(report()))}.isdisjoint({"style", "html", "h1"})


def test_every_chart_is_told_in_words_too() -> None:
    html = page(report())
    charts = re.findall(r"<svg.*?</svg>", html)
    assert len(charts) > 10
    for chart in charts:
        assert 'role="img"' in chart
        assert re.search(r"<title>[^<]+：[^<]+</title>", chart)


def test_headings_do_not_skip_a_level_and_tables_have_captions() -> None:
    found = [tag for tag, _ in elements(page(report()))]
    assert found.count("h1") == 1
    assert "h3" not in found
    assert found.count("table") == found.count("caption")


def test_values_are_escaped() -> None:
    html = page(report('<script>alert("x")</script>'), {"sex": "<b>性别</b>"})
    assert "<script" not in html
    assert "<b>" not in html
    assert "&lt;script&gt;" in html


def test_a_rare_value_is_not_on_the_page() -> None:
    assert "少见病" not in page(report())
    assert "良好" in page(report())


def test_equal_reports_give_equal_pages_with_their_digest() -> None:
    assert page(report()) == page(report())
    assert digest(report()) in page(report())


def test_columns_are_named_in_chinese_where_a_title_is_known() -> None:
    assert "出生日期" in page(report(), {"birth_date": "出生日期"})


def test_a_report_without_risk_and_utility_still_has_a_page() -> None:
    bare = {key: value for key, value in report().items() if key not in ("risk", "utility")}
    html = page(bare)
    assert "每个字段怎样处理" in html
    assert "检察官风险（最大）" not in html


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "—"), (0.0, "0"), (0.2, "20.0%"), (1 / 24, "4.17%"), (0.0012, "0.120%"),
     (1e-9, "<0.001%"), (1.0, "100.0%")],
)  # fmt: skip
def test_shares_are_told_to_three_digits(value: float | None, text: str) -> None:
    assert percent(value) == text


def test_numbers_are_set_in_thousands() -> None:
    assert (number(None), number(12345), number(6.906)) == ("—", "12,345", "6.91")


def test_the_page_needs_no_heavy_library() -> None:
    code = (
        "import sys; import anonymize.report.html as _; "
        "sys.exit(any(name in sys.modules for name in ('polars', 'numpy', 'reportlab')))"
    )
    assert run([sys.executable, "-c", code], check=False).returncode == 0
