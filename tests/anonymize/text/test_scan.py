"""Personal data in text: found by place and kind, without a model and without a network."""

import subprocess
import sys

import pytest

from anonymize.text.scan import NUMBERS, Finding, Kind, scan

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
        ("手机一三八一二三四五六七八", "PHONE", "一三八一二三四五六七八"),
        ("电话2251234", "PHONE", "2251234"),
        ("(0539)2251234", "PHONE", "(0539)2251234"),
        ("皖A1234学", "PLATE", "皖A1234学"),
        ("粤BD12345", "PLATE", "粤BD12345"),
        ("学号：20230405", "STUDENT_NUMBER", "20230405"),
        ("护照E12345678", "PASSPORT", "E12345678"),
        ("EA1234567是她的护照", "PASSPORT", "EA1234567"),
        ("港澳通行证号C1234 5678", "PASSPORT", "C1234 5678"),
        ("回乡证H1234567890", "PASSPORT", "H1234567890"),
        ("永久居留证USA310012345678", "PASSPORT", "USA310012345678"),
        ("微信号：zhang_san8", "WECHAT", "zhang_san8"),
        ("QQ123456789", "WECHAT", "123456789"),
        ("2012年3月5日出生", "BIRTH_DATE", "2012年3月5日"),
        ("出生日期２０１２－０３－０５", "BIRTH_DATE", "２０１２－０３－０５"),
        ("男，2012年3月5日，汉族", "BIRTH_DATE", "2012年3月5日"),
        ("三年级2班", "CLASS", "三年级2班"),
        ("高一(3)班", "CLASS", "高一(3)班"),
        ("初二三班", "CLASS", "初二三班"),
        ("2023级5班", "CLASS", "2023级5班"),
        ("他在沂水县第一中学读书", "SCHOOL", "沂水县第一中学"),
        ("考入沂水一中", "SCHOOL", "沂水一中"),
        ("转入育才小学", "SCHOOL", "育才小学"),
        ("上海市实验小学", "SCHOOL", "上海市实验小学"),
        ("家住北京海淀中关村大街27号", "ADDRESS", "北京海淀中关村大街27号"),
        ("现住沂水县黄山铺镇王家庄村", "ADDRESS", "沂水县黄山铺镇王家庄村"),
        ("住幸福小区3号楼2单元501室", "ADDRESS", "幸福小区3号楼2单元501室"),
        ("阿依古丽·买买提的家长", "PERSON", "阿依古丽·买买提"),
        ("姓名：张三", "PERSON", "张三"),
        ("王老师说", "PERSON", "王"),
        ("李某某缺课", "PERSON", "李某某"),
        ("宿舍3号楼205室", "ADDRESS", "3号楼205室"),
        ("（和谐家园5-2-301）", "ADDRESS", "和谐家园5-2-301"),
    ],
)
def test_personal_data_is_found_where_it_stands(text: str, kind: str, span: str) -> None:
    assert found(text) == [(kind, span)]


def test_a_class_right_behind_its_school_is_found_too() -> None:
    text = "就读于沂水县第二实验小学三年级2班，家住县城"
    found = [(one.kind, text[one.start : one.end]) for one in scan([text])]
    assert found == [("SCHOOL", "沂水县第二实验小学"), ("CLASS", "三年级2班")]


@pytest.mark.parametrize(
    "text",
    [
        "", "该生喜欢画画，班级第3名", "2012", "201209", "440106", "2010-2012", "3144000123",
        "身高138厘米体重35公斤", "6222021234567890129", "990105194913310020", "z***@qq.com",
        "1***************2X", "1********78", "粤菜A等", "京剧", "20260901-20270115",
        "编号E12345678", "20240901入学", "2024年3月获奖", "一中全会", "小学生活", "我们学校",
        "爱护校园，放学路上注意安全", "值班", "一班车", "北京市", "和同学们一起", "向老师请教",
        "微信支付", "第三组第2排",
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


def test_a_long_text_is_scanned_in_time_that_grows_with_its_length() -> None:
    for piece in (
        "1",
        "1a-2b.",
        "张",
        "县",
        "学校",
        "一中",
        "路1号",
        "1(",
        "出生2012",
        "微信",
        "男，",
    ):
        scan([piece * (10_000 // len(piece))])
    assert scan(["1" * 100_000, "a" * 100_000 + "@", "1a-2b." * 20_000]) == []
    assert len(scan(["13812345678，" * 5_000])) == 5_000


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


def test_only_the_kinds_asked_for_are_found() -> None:
    text = f"沂水县第一中学{ID}"
    assert [hit.kind for hit in scan([text], kinds=NUMBERS)] == ["ID_NUMBER"]
    assert [hit.kind for hit in scan([text], kinds={Kind.SCHOOL})] == ["SCHOOL"]


def test_offsets_count_code_points_whatever_stands_before() -> None:
    for before in ("😀", "\ud800", "\0", "e\u0301", "𠮷", "\r\n", "\u2028"):
        [hit] = scan([f"{before}13812345678"])
        assert (hit.start, hit.end) == (len(before), len(before) + 11)


def test_a_text_knows_nothing_of_its_neighbours() -> None:
    """Texts are scanned as one: neither numbers nor words of context reach across."""
    assert scan(["138123", "45678"]) == []
    assert scan(["护照", "E12345678"]) == []
    assert scan(["2012年3月5日", "出生"]) == []
    assert [hit.index for hit in scan(["", "出生2012年3月5日", "", "x" * 200_000, "a@b.cn"])] == [
        1,
        4,
    ]
