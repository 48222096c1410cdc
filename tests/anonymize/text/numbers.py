"""Numbers of every kind in the ways in which people write them, with what stands around them."""

import random
from collections.abc import Callable, Iterator

from anonymize.fields.numbers import check_character
from tests.anonymize.text.measuring import Marked

FRAMES = (
    "{}", "号码{}", "请记录：{}。", "孩子的{}，请核对", "（{}）", "旧的是{}，已停用",
    "妈妈{}爸爸不详",
    "2023年9月登记，{}，无其他情况", "第3次联系{}", "“{}”", "{}；备注：无", "见附件 {} 第2页",
)  # fmt: skip
GAPS = ("", "", "", " ", "-", "\u200b", "　")


def generated(each: int = 600) -> Iterator[Marked]:
    """Yield so many marked texts of each kind; the same ones every time."""
    rng = random.Random(20260901)  # noqa: S311  no secret
    for kind, make in MAKERS.items():
        for _ in range(each):
            label, number = make(rng)
            head, tail = rng.choice(FRAMES).split("{}")
            written = _wide(number) if rng.random() < 0.1 else number
            start = len(head) + len(label)
            yield Marked(f"{head}{label}{written}{tail}", ((kind, start, start + len(written)),))


def _wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _digits(rng: random.Random, count: int) -> str:
    return "".join(str(rng.randrange(10)) for _ in range(count))


def _grouped(rng: random.Random, text: str, *sizes: int) -> str:
    gap, parts = rng.choice(GAPS), []
    for size in sizes:
        parts.append(text[:size])
        text = text[size:]
    return gap.join([*parts, text])


def _citizen(rng: random.Random) -> str:
    day = f"{rng.randrange(1950, 2022)}{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}"
    body = rng.choice(("371323", "110105", "440106", "650101")) + day + _digits(rng, 3)
    return body + check_character(body)


def _id_number(rng: random.Random) -> tuple[str, str]:
    number = _citizen(rng)
    number = number.lower() if rng.random() < 0.2 else number
    return rng.choice(("", "身份证")), _grouped(rng, number, 6, 8)


def _student_number(rng: random.Random) -> tuple[str, str]:
    letter = rng.choice("GJL")
    body = _citizen(rng) if letter == "G" else rng.choice("123456") + _digits(rng, 17)
    return rng.choice(("", "学籍号", "学籍号：")), letter + body


def _phone(rng: random.Random) -> tuple[str, str]:
    if rng.random() < 0.2:
        area, local = rng.choice(("10", "539", "371")), rng.choice("2345678")
        return "", f"0{area}{rng.choice('- ')}{local}{_digits(rng, 6)}"
    number = "1" + rng.choice("3456789") + _digits(rng, 9)
    head = rng.choice(("", "", "", "+86 ", "86-"))
    return rng.choice(("", "电话", "手机：")), head + _grouped(rng, number, 3, 4)


def _bank_card(rng: random.Random) -> tuple[str, str]:
    body = "62" + _digits(rng, rng.choice((13, 16)))
    total = sum(
        int(d) if place % 2 else sum(divmod(2 * int(d), 10))
        for place, d in enumerate(reversed(body))
    )
    return rng.choice(("", "卡号")), _grouped(rng, body + str(-total % 10), 4, 4, 4)


def _plate(rng: random.Random) -> tuple[str, str]:
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    head = rng.choice("京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼")
    green = rng.choice("DF") if rng.random() < 0.3 else ""
    tail = green + _digits(rng, 5) if green else _digits(rng, 3) + rng.choice(letters) + "8"
    return "", f"{head}{rng.choice(letters)}{rng.choice(('', '', '·', '-', ' '))}{tail}"


def _email(rng: random.Random) -> tuple[str, str]:
    user = "".join(rng.choice("abcdefghij._-123") for _ in range(8)).strip("._-") or "a"
    host = rng.choice(("qq.com", "163.com", "school.edu.cn", "a-b.org"))
    return rng.choice(("", "邮箱")), f"{user}@{host}"


def _passport(rng: random.Random) -> tuple[str, str]:
    label, shapes = rng.choice(
        (
            ("护照", ("E########", "EA#######", "G########", "D########", "P#######")),
            ("港澳通行证", ("C########", "CA#######", "W########")),
            ("台湾通行证", ("L########", "T########")),
            ("回乡证", ("H##########", "M########")),
            ("台胞证", ("########", "##########")),
            ("外国人永久居留证", ("USA############",)),
        )
    )
    shape = rng.choice(shapes)
    number = "".join(str(rng.randrange(10)) if sign == "#" else sign for sign in shape)
    return label + rng.choice(("", "号", "号码：", "号是")), number


def _wechat(rng: random.Random) -> tuple[str, str]:
    if rng.random() < 0.5:
        return rng.choice(("QQ", "QQ号", "QQ：", "加qq ")), rng.choice("123456789") + _digits(
            rng, rng.choice((5, 8, 9))
        )
    name = rng.choice("abcwx") + "".join(rng.choice("abcxyz_-0189") for _ in range(9))
    return rng.choice(("微信", "微信号：", "vx:", "V信", "微信是")), name


def _birth_date(rng: random.Random) -> tuple[str, str]:
    year, month, day = rng.randrange(2005, 2020), rng.randrange(1, 13), rng.randrange(1, 29)
    written = rng.choice(
        (f"{year}年{month}月{day}日", f"{year}-{month:02}-{day:02}", f"{year}.{month}.{day}",
         f"{year}{month:02}{day:02}", f"{year}/{month}/{day}", f"{year}年{month}月")
    )  # fmt: skip
    return rng.choice(("出生日期：", "出生于", "生日", "生日是", "出生")), written


MAKERS: dict[str, Callable[[random.Random], tuple[str, str]]] = {
    "ID_NUMBER": _id_number, "STUDENT_NUMBER": _student_number, "PHONE": _phone,
    "BANK_CARD": _bank_card, "PLATE": _plate, "EMAIL": _email, "PASSPORT": _passport,
    "WECHAT": _wechat, "BIRTH_DATE": _birth_date,
}  # fmt: skip
