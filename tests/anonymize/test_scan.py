"""Personal data in text: found by place and kind, without a model and without a network."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymize.text import scan as scanning
from anonymize.text.folding import fold
from anonymize.text.scan import Finding, scan

ID = "11010519491231002X"


def found(text: str) -> list[tuple[str, str]]:
    return [(hit.kind, text[hit.start : hit.end]) for hit in scan([text])]


@pytest.mark.parametrize(
    ("text", "kind", "span"),
    [
        (f"身份证号{ID}。", "ID_NUMBER", ID),
        (f"证件{ID.lower()}遗失", "ID_NUMBER", ID.lower()),
        (
            "１１０１０５１９４９１２３１００２Ｘ",
            "ID_NUMBER",
            "１１０１０５１９４９１２３１００２Ｘ",
        ),
        ("110105 19491231 002X", "ID_NUMBER", "110105 19491231 002X"),
        ("1101\u200b0519491231002X", "ID_NUMBER", "1101\u200b0519491231002X"),
        ("旧号110105491231002", "ID_NUMBER", "110105491231002"),
        (f"学籍号G{ID}", "STUDENT_NUMBER", f"G{ID}"),
        ("学籍号L440106201205040123", "STUDENT_NUMBER", "L440106201205040123"),
        ("J440106201205040123", "STUDENT_NUMBER", "J440106201205040123"),
        ("打13812345678找他", "PHONE", "13812345678"),
        ("138 7312 4567", "PHONE", "138 7312 4567"),
        ("+86 138-7312-4567", "PHONE", "+86 138-7312-4567"),
        ("٠13812345678"[1:], "PHONE", "13812345678"),
        ("١٣٨١٢٣٤٥٦٧٨", "PHONE", "١٣٨١٢٣٤٥٦٧٨"),
        ("座机020-87654321", "PHONE", "020-87654321"),
        ("卡号6222 0212 3456 7890 12", "BANK_CARD", "6222 0212 3456 7890 12"),
        ("车牌粤B12345", "PLATE", "粤B12345"),
        ("京A·D12345停在门口", "PLATE", "京A·D12345"),
        ("写信到zhang.san@school.edu.cn吧", "EMAIL", "zhang.san@school.edu.cn"),
        ("ａ＠ｂ．ｃｎ", "EMAIL", "ａ＠ｂ．ｃｎ"),
    ],
)
def test_personal_data_is_found_where_it_stands(text: str, kind: str, span: str) -> None:
    assert found(text) == [(kind, span)]


@pytest.mark.parametrize(
    "text",
    [
        "", "该生喜欢画画，班级第3名", "2012", "201209", "440106", "2010-2012", "3144000123",
        "身高138厘米体重35公斤", "6222021234567890129", "990105194913310020", "z***@qq.com",
        "1***************2X", "1********78", "粤菜A等", "京剧", "20260901-20270115",
    ],
)  # fmt: skip
def test_plain_texts_and_masked_values_hold_nothing(text: str) -> None:
    assert found(text) == []


def test_a_wrong_check_character_still_is_personal_data_at_a_lower_score() -> None:
    right, wrong = scan([ID, ID[:-1] + "1"])
    assert (right.kind, wrong.kind) == ("ID_NUMBER", "ID_NUMBER")
    assert right.score > wrong.score > 0


def test_the_longest_of_overlapping_findings_wins() -> None:
    assert found(f"G{ID}") == [("STUDENT_NUMBER", f"G{ID}")]


def test_findings_come_by_text_and_place_and_never_hold_the_text() -> None:
    hits = scan(["无", f"{ID}，13812345678", "a@b.cn"])
    assert [(hit.index, hit.start) for hit in hits] == [(1, 0), (1, 19), (2, 0)]
    assert "13812345678" not in repr(hits)


PIECES = st.lists(
    st.sampled_from(
        [ID, "13812345678", "粤B12345", "a@b.cn", "020-87654321", "张三", "，", " ", "1"]
    ),
    max_size=5,
).map("".join)


@settings(max_examples=150)
@given(st.text() | PIECES)
def test_texts_that_are_not_looked_at_hold_nothing(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    engine = scanning._engine()  # noqa: SLF001  the slow way, for comparison
    slow = engine.analyze(text=folded, language="zh")
    assert bool(slow) == bool(scan([text]))


def test_a_long_text_is_scanned_in_time_that_grows_with_its_length() -> None:
    assert scan(["1" * 300_000, "a" * 300_000 + "@", "1a-2b." * 50_000]) == []
    assert len(scan(["13812345678，" * 10_000])) == 10_000


HOOK = """
import sys
def refuse(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}:
        raise SystemExit("reached for the network: " + event)
sys.addaudithook(refuse)
"""


def alone(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", HOOK + program], capture_output=True, check=False, text=True
    )


def test_a_fresh_process_loads_and_scans_without_reaching_for_the_network() -> None:
    done = alone(
        "from anonymize.text.scan import scan\n"
        f"print([hit.kind for hit in scan(['a@b.cn', '13812345678', '{ID}'])])"
    )
    assert done.stdout.strip() == "['EMAIL', 'PHONE', 'ID_NUMBER']"


def test_that_check_would_notice_a_look_up() -> None:
    done = alone("import socket\nsocket.getaddrinfo('127.0.0.1', 80)")
    assert "reached for the network" in done.stderr


def test_a_finding_is_a_plain_value() -> None:
    assert scan([ID]) == [Finding(0, 0, 18, "ID_NUMBER", 1.0)]
