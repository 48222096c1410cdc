"""The report as a page: one file that needs nothing else, or its body for a page of ours.

No script, no `style` attribute, nothing fetched. Plain Python.
"""

from collections.abc import Mapping
from html import escape
from importlib.resources import files
from typing import Any, Final

from anonymize.report.blocks import Bar, Bars, Block, Facts, Grid, Section, Sheet
from anonymize.report.sections import sheet

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_HEIGHT: Final = 14
_LONG: Final = 24
"""A fact of more characters has a line of its own."""


def page(report: Mapping[str, Any], titles: Mapping[str, str] | None = None) -> str:
    """Return the whole HTML document. Equal reports give equal pages."""
    whole = sheet(report, titles or {})
    style = files("anonymize.report").joinpath("report.css").read_text("utf-8")
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(whole.title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f"<main>\n<h1>{escape(whole.title)}</h1>\n{_body(whole)}</main>\n"
        f"<footer>报告摘要 <code>{whole.digest}</code></footer>\n</body>\n</html>\n"
    )


def body(report: Mapping[str, Any], titles: Mapping[str, str] | None = None) -> str:
    """Return verdict, facts and sections as escaped HTML, without heading, style or digest."""
    return _body(sheet(report, titles or {}))


def bars(chart: Bars) -> str:
    """Return one bar chart as escaped HTML: a table whose rows have a drawn bar and its figures."""
    head = "".join(
        f'<th scope="col"{_amount(i)}>{escape(text)}</th>' + ("<td></td>" if not i else "")
        for i, text in enumerate(chart.headers)
    )
    lines = "".join(
        f'<tr><th scope="row">{escape(bar.label)}</th><td class="bar-cell">{_bar(chart, bar)}</td>'
        + "".join(f'<td class="amount">{escape(text)}</td>' for text in bar.texts)
        + "</tr>\n"
        for bar in chart.bars
    )
    note = f'<p class="bar-note">{escape(chart.mark_text)}</p>\n' if chart.mark_text else ""
    return (
        f'<table class="bars"><caption>{escape(chart.caption)}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{lines}</tbody></table>\n{note}"
    )


def _body(whole: Sheet) -> str:
    reasons = "".join(f"<li>{escape(reason)}</li>" for reason in whole.reasons)
    verdict = f'<p class="verdict grade-{whole.grade}">{escape(whole.verdict)}</p>\n'
    return (
        (verdict if whole.verdict else "")
        + (f'<ul class="reasons">{reasons}</ul>\n' if reasons else "")
        + _facts(whole.facts)
        + "".join(map(_section, whole.sections))
    )


def _section(section: Section) -> str:
    return (
        f"<section>\n<h2>{escape(section.title)}</h2>\n"
        + "".join(map(_block, section.blocks))
        + "</section>\n"
    )


def _block(block: Block) -> str:
    if isinstance(block, Facts):
        return _facts(block)
    if isinstance(block, Grid):
        return _grid(block)
    if isinstance(block, Bars):
        return bars(block)
    return "".join(f"<p>{escape(text)}</p>\n" for text in block.paragraphs)


def _facts(block: Facts) -> str:
    pairs = "".join(
        f"<div{_wide(value)}><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>\n"
        for name, value in block.pairs
    )
    return f'<dl class="report-facts">\n{pairs}</dl>\n'


def _wide(value: str) -> str:
    return ' class="wide"' if len(value) > _LONG else ""


def _grid(block: Grid) -> str:
    head = "".join(
        f'<th scope="col">{escape(text)}</th>' if text else "<td></td>" for text in block.headers
    )
    lines = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        + "</tr>\n"
        for row in block.rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(block.caption)}">'
        f'<table class="grid"><caption>{escape(block.caption)}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{lines}</tbody></table></div>\n"
    )


def _amount(position: int) -> str:
    return ' class="amount"' if position else ""


def _bar(chart: Bars, bar: Bar) -> str:
    told = list(enumerate(bar.shares))
    high = _HEIGHT / len(told)
    kind = ("before", "after") if len(told) > 1 else ("after",)
    drawn = "".join(
        f'<rect class="{kind[i]}" y="{i * high:g}" width="{share * 100:.2f}" height="{high:g}"/>'
        for i, share in told
        if share is not None
    )
    mark = ""
    if chart.mark is not None:
        x = f"{chart.mark * 100:.2f}"
        mark = f'<line class="mark" x1="{x}" x2="{x}" y1="0" y2="{_HEIGHT}"/>'
    said = "；".join(
        f"{name} {text}" for name, text in zip(chart.headers[1:], bar.texts, strict=True)
    )
    return (
        f'<svg class="bar" role="img" viewBox="0 0 100 {_HEIGHT}" preserveAspectRatio="none">'
        f"<title>{escape(f'{bar.label}：{said}')}</title>"
        f'<rect class="track" width="100" height="{_HEIGHT}"/>{drawn}{mark}</svg>'
    )
