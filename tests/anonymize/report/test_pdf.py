import base64
import re
import zlib

from anonymize.report.pdf import pdf
from tests.anonymize.report.examples import report


def drawn(document: bytes) -> bytes:
    """The drawing instructions of all pages."""
    found = re.findall(rb"stream\r?\n(.*?)endstream", document, re.DOTALL)
    return b"".join(
        zlib.decompress(base64.a85decode(one.strip().removesuffix(b"~>"))) for one in found
    )


def words(document: bytes) -> str:
    """What stands on the pages: strings of UTF-16, with the escapes of PDF undone."""
    text = ""
    for raw in re.findall(rb"\(((?:[^()\\]|\\.)*)\) Tj", drawn(document), re.DOTALL):
        plain = re.sub(
            rb"\\([0-7]{3}|.)",
            lambda m: bytes([int(m[1], 8)]) if len(m[1]) > 1 else m[1],
            raw,
            flags=re.DOTALL,
        )
        text += plain.decode("utf-16-be", "replace")
    return text


def test_equal_reports_give_equal_bytes() -> None:
    assert pdf(report()) == pdf(report())
    assert pdf(report()) != pdf(report(population=None))


def test_the_paper_has_pages_charts_and_chinese_without_embedded_fonts() -> None:
    document = pdf(report(), {"birth_date": "出生日期"})
    assert document.startswith(b"%PDF-1.")
    assert b"STSong-Light" in document
    assert b"/FontFile" not in document
    assert drawn(document).count(b" re ") > 20
    assert "检察官风险" in words(document)
    assert "出生日期" in words(document)


def test_a_rare_value_is_not_on_the_paper() -> None:
    assert "良好" in words(pdf(report()))
    assert "少见病" not in words(pdf(report()))


def test_markup_in_values_is_text() -> None:
    assert '<font size="90">x</font> & <b>' in words(pdf(report('<font size="90">x</font> & <b>')))


def test_the_paper_names_no_script_and_no_address() -> None:
    document = pdf(report())
    for word in (b"/JavaScript", b"/URI", b"/Launch", b"/OpenAction"):
        assert word not in document
