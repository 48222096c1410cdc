"""The report on paper: A4, with the same charts as on screen. Heavy: loads reportlab.

Chinese is set in STSong-Light, a font that every PDF reader brings along (Adobe-GB1): nothing is
fetched and nothing embedded. Equal reports give equal bytes (no clock, no random id).
"""

import io
from collections.abc import Callable, Mapping
from html import escape
from types import MappingProxyType
from typing import Any, Final

from reportlab.graphics.shapes import Drawing, Line, Rect
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.platypus import (
    Flowable,
    KeepTogether,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from anonymize.report.blocks import Bar, Bars, Block, Facts, Grid, Section, Sheet
from anonymize.report.sections import sheet

_FONT: Final = "STSong-Light"
_MARGIN: Final = 18 * mm
_WIDTH: Final = A4[0] - 2 * _MARGIN - 12
"""What the frame of a page leaves: it pads 6 points on each side."""
_BAR_WIDTH: Final = 58 * mm
_BAR_HEIGHT: Final = 9.0
_QUIET: Final = HexColor("#4a5768")
_LINE: Final = HexColor("#c9d1db")
_TRACK: Final = HexColor("#e9eef4")
_COLOURS: Final = (HexColor("#9dbfe0"), HexColor("#0b5cad"))
_MARK: Final = HexColor("#a8201a")
_GOOD: Final = HexColor("#1d6b3a")
_POOR: Final = 2
"""Grades up to this one are shown in red."""


def _style(size: float, colour: Color | None = None, **rest: Any) -> ParagraphStyle:  # noqa: ANN401  reportlab's own
    return ParagraphStyle(
        "", fontName=_FONT, fontSize=size, leading=size * 1.5, wordWrap="CJK",
        textColor=colour or HexColor("#1d2733"), **rest,
    )  # fmt: skip


_STYLES: Final = MappingProxyType({
    "title": _style(18, spaceAfter=6), "section": _style(13, spaceBefore=12, spaceAfter=4),
    "caption": _style(10, spaceBefore=4, spaceAfter=2), "text": _style(9),
    "quiet": _style(8, _QUIET), "figure": _style(9, alignment=TA_RIGHT),
    "head": _style(8, _QUIET, alignment=TA_RIGHT),
})  # fmt: skip


def pdf(report: Mapping[str, Any], titles: Mapping[str, str] | None = None) -> bytes:
    """Return the report as a PDF document."""
    registerFont(UnicodeCIDFont(_FONT))
    whole = sheet(report, titles or {})
    buffer = io.BytesIO()
    template = SimpleDocTemplate(
        buffer, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN,
        bottomMargin=_MARGIN, title=whole.title, author="学印 Xueyin", lang="zh-CN", invariant=1,
    )  # fmt: skip
    foot = _foot(whole.digest)
    template.build(_story(whole), onFirstPage=foot, onLaterPages=foot)
    return buffer.getvalue()


def _story(whole: Sheet) -> list[Flowable]:
    story: list[Flowable] = [_text(whole.title, "title")]
    if whole.verdict:
        story += [_verdict(whole), Spacer(0, 6)]
    story += [_text(f"· {reason}", "quiet") for reason in whole.reasons]
    story += _facts(whole.facts)
    for section in whole.sections:
        story += _section(section)
    return story


def _section(section: Section) -> list[Flowable]:
    """Keep a heading with the first thing under it."""
    heading = _text(section.title, "section")
    parts = [_block(block) for block in section.blocks]
    first, rest = (parts[0], parts[1:]) if parts else ([], [])
    return [KeepTogether([heading, *first]), *(KeepTogether(part) for part in rest)]


def _block(block: Block) -> list[Flowable]:
    if isinstance(block, Facts):
        return _facts(block)
    if isinstance(block, Grid):
        return _grid(block)
    if isinstance(block, Bars):
        return _bars(block)
    return [_text(paragraph, "quiet") for paragraph in block.paragraphs]


def _verdict(whole: Sheet) -> Table:
    colour = _MARK if (whole.grade or 0) <= _POOR else _GOOD
    box = Table([[_text(whole.verdict, "caption")]], colWidths=[_WIDTH], hAlign="LEFT")
    box.setStyle(TableStyle([
        ("LINEBEFORE", (0, 0), (0, -1), 4, colour), ("BOX", (0, 0), (-1, -1), 0.5, _LINE),
        ("LEFTPADDING", (0, 0), (-1, -1), 10), ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
    ]))  # fmt: skip
    return box


def _facts(block: Facts) -> list[Flowable]:
    rows = [[_text(name, "quiet"), _text(value, "text")] for name, value in block.pairs]
    return [_table(rows, [42 * mm, _WIDTH - 42 * mm]), Spacer(0, 4)]


def _grid(block: Grid) -> list[Flowable]:
    rows = [[_text(text, "quiet") for text in block.headers]]
    rows += [[_text(cell, "text") for cell in row] for row in block.rows]
    table = _table(rows, [_WIDTH / len(block.headers)] * len(block.headers), repeatRows=1)
    return [_text(block.caption, "caption"), table, Spacer(0, 4)]


def _bars(chart: Bars) -> list[Flowable]:
    figures = len(chart.headers) - 1
    wide = 24 * mm
    widths = [_WIDTH - _BAR_WIDTH - figures * wide, _BAR_WIDTH, *[wide] * figures]
    head = [_text(chart.headers[0], "quiet"), _text("", "quiet")]
    rows: list[list[Flowable]] = [[*head, *(_text(text, "head") for text in chart.headers[1:])]]
    rows += [
        [_text(bar.label, "text"), _drawing(chart, bar), *(_text(t, "figure") for t in bar.texts)]
        for bar in chart.bars
    ]
    note = [_text(chart.mark_text, "quiet")] if chart.mark_text else []
    table = _table(rows, widths, repeatRows=1)
    return [_text(chart.caption, "caption"), table, *note, Spacer(0, 4)]


def _drawing(chart: Bars, bar: Bar) -> Drawing:
    wide = _BAR_WIDTH - 4 * mm
    drawing = Drawing(wide, _BAR_HEIGHT)
    drawing.add(Rect(0, 0, wide, _BAR_HEIGHT, fillColor=_TRACK, strokeColor=None))
    high = _BAR_HEIGHT / len(bar.shares)
    colours = _COLOURS[-len(bar.shares) :]
    for i, share in enumerate(bar.shares):
        if share is not None:
            low = _BAR_HEIGHT - (i + 1) * high
            drawing.add(Rect(0, low, share * wide, high, fillColor=colours[i], strokeColor=None))
    if chart.mark is not None:
        x = chart.mark * wide
        drawing.add(Line(x, -1, x, _BAR_HEIGHT + 1, strokeColor=_MARK, strokeWidth=1))
    return drawing


def _table(rows: list[list[Flowable]], widths: list[float], repeatRows: int = 0) -> Table:  # noqa: N803  reportlab's word
    table = Table(rows, colWidths=widths, repeatRows=repeatRows, hAlign="LEFT")
    table.setStyle(TableStyle([
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        ("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 4),
    ]))  # fmt: skip
    return table


def _text(text: str, style: str) -> Paragraph:
    return Paragraph(escape(text), _STYLES[style])


def _foot(digest: str) -> Callable[[Any, Any], None]:
    def draw(canvas: Any, document: Any) -> None:  # noqa: ANN401  reportlab has no types
        canvas.saveState()
        canvas.setFont(_FONT, 7)
        canvas.setFillColor(_QUIET)
        canvas.drawString(_MARGIN, 10 * mm, f"报告摘要 {digest}")
        canvas.drawRightString(A4[0] - _MARGIN, 10 * mm, f"第 {document.page} 页")
        canvas.restoreState()

    return draw
