"""Which school and which class does a text name? Suffix grammar, and what stands before it."""

import re
from typing import Final

from anonymize.text import regions
from anonymize.text.rule import DOUBTFUL, FAIR, LIKELY, Rule, Span, after, before

_ORDINAL: Final = "[一二三四五六七八九十0-9]"
SCHOOL: Final = (
    "(?:小学校|小学|初级中学|高级中学|中学|中心校|完小|学校|学院|大学|幼儿园|托儿所|附[中小幼]|教学点|职高|高中|初中|书院|外国语"
    f"|[实]小|{_ORDINAL}[中小](?!全会|[心间国午旬组个年时学班队文介微伙车孩])|{_ORDINAL}幼(?!儿))"
    r"(?:[（(][\u4e00-\u9fff]{1,10}[)）]|[东西南北新老总本]校区|[\u4e00-\u9fff]{0,3}分校|教育集团|(?:初中|高中|小学|国际)部)?"
)
_ANCHOR: Final = re.compile(SCHOOL.partition("(?:[（(]")[0])
_WINDOW: Final = re.compile(r"[\u4e00-\u9fff0-9·（）()]{0,20}$")
_STOP: Final = re.compile(
    r"[在到的了是我他她们你就被把给跟与但因说过着刚]|(?<!成)都(?![匀江昌安兰])"
    r"|[读念入](?!秀)|于(?!都)|从(?!化)|去|往|进(?!贤)|由|升|考(?:上|取)?|[转插并]入?|上(?![海饶虞杭林思高犹街])|来(?![宾安凤])|自(?![强立力新贡流治])"
    r"|和(?![平谐睦田静顺县义硕政布龙林])|及|向(?![阳东荣明])|经|离开|原(?![平阳州])|曾|毕业|该生|学生|孩子|同学|老师|家长|年级|"
    r"学籍|获得?|就职|任教|所在|对口|月份?|日(?!照)|[年号](?!轻)|为(?!民)|校(?=[一-鿿]{2})"
)
_GENERIC: Final = re.compile(
    "(?:[一二两三几]?所|[本该这那某每各贵新老母全原好名]|我们|全[县市区镇乡]|各[县市区]|当地|附近|本地|外地|农村|乡镇|城区|城里|乡下|县里|市里"
    "|重点|普通|公办|民办|私立|公立|其他|另一|同一|寄宿制?|九年一贯制|义务教育|优质|示范|中|小|大|初级|高级|完全|喜欢|热爱|适应|爱|离"
    "|家乡|理想|目标|心仪|全日制|一般|省级|市级|县级|省|市|县|区|镇|乡|村|中心|现代|优秀|年|个|多|接受|完成|关于|这是|以后|之后|小升初|名牌|特殊教育)+"
)
_SPECIAL: Final = re.compile(
    "(?:实验|外国语|职业|技工|技术|中等专业|特殊教育|聋哑?|盲|附属|希望|一贯制|九年制|民族|国际|双语|艺术|体育|武术|启智|培智|培训|党|师范"
    "|第[一二三四五六七八九十百0-9]+|[镇乡县市区])$"
)
_FOLLOWED: Final = re.compile(
    "生(?![物])|老师|教师|时[候期代]?|阶段|期间|毕业|语文|数学|英语|教育|[一二三四五六]年级|课程|学习|升|段|知识|水平|学历|文化|男生|女生|学籍|里"
)
_MARKED: Final = re.compile(
    "第[一二三四五六七八九十百0-9]+|实验|中心|附属|附[中小]|希望|外国语|民族|[县市区镇乡村]第?[一二三四五六七八九十]?$|[0-9一二三四五六七八九十]$"
)
_BARE: Final = frozenset(
    ["学校", "学院", "大学", "高中", "初中", "书院", "教学点", "外国语", "职高"]
)
_SHORT: Final = re.compile(f"{_ORDINAL}[中小幼]$")
_LONGEST_NAME: Final = 12


def _school(text: str, start: int, end: int) -> Span | None:
    anchor = _ANCHOR.match(text, start, end)
    word = anchor[0] if anchor else text[start:end]
    window = _WINDOW.search(before(text, start, 20))
    floor = start - (len(window[0]) if window else 0)
    cut = floor
    for stop in _STOP.finditer(text, floor, start):
        cut = stop.end()
    begin, regional = _begin(text, cut, start)
    name = text[begin:start]
    score = _score(name, word, regional, after(text, end, 4))
    return (begin, end, score) if score else None


def _begin(text: str, cut: int, start: int) -> tuple[int, bool]:
    """Return where the school's name begins, and whether a region opens it."""
    for left, right in regions.beginnings(text[cut:start]):
        whole = text[cut + left : cut + right]
        if regions.is_region(whole) or cut + left == cut or right - left > len("沂水"):
            return regions.chain_start(text, cut + left, cut), True
    return cut, False


def _score(name: str, word: str, regional: bool, follows: str) -> float:  # noqa: FBT001  a fact found
    if _SHORT.search(word):
        return _short(name, regional)
    if word in _BARE and not (_SPECIAL.search(name) or (regional and len(name) > 1)):
        return 0
    if not name or len(name) > 20 or (_GENERIC.fullmatch(name) and not regional):  # noqa: PLR2004
        return FAIR if name == "中心" else 0
    if regional or _MARKED.search(name):
        return LIKELY
    if _FOLLOWED.match(follows) or len(name) > _LONGEST_NAME:
        return 0
    return FAIR if len(name) > 1 else 0


def _short(name: str, regional: bool) -> float:  # noqa: FBT001  a fact found
    """Judge 一中, 县三小, 沂水二幼: a name before makes it sure, alone it is one of several."""
    if regional or name.endswith(("县", "市", "区", "镇", "附", "第")):
        return LIKELY if not name.endswith("第") else 0
    return DOUBTFUL if not name else 0


_N: Final = "(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})"
_ROOM: Final = f"[（(]?[ ]?(?:{_N}|[A-Za-z])[ ]?[)）]?"
_TRACK: Final = "(?:理科|文科|历史|物理|实验|国际|艺术|体育)?"
CLASS: Final = (
    f"(?:[初高小]?(?:(?:19|20)[0-9]{{2}}|(?<![0-9])[0-9]{{2}})[级届][ ]?{_TRACK}{_ROOM}班"
    f"|[一二三四五六七八九1-9]年级?[ ]?{_TRACK}{_ROOM}班"
    f"|[初高][一二三四1-4][ ]?(?:年级)?{_TRACK}{_ROOM}班"
    f"|[小中大][一二三四五六七八九1-9]班"
    f"|[一二三四五六七八九][ ]?[（(][ ]?{_N}[ ]?[)）][ ]?班"
    f"|(?<![0-9.])[1-9][0-9]?[ ]?[（(.·][ ]?[0-9]{{1,2}}[ ]?[)）]?[ ]?班"
    f"|(?<![0-9第])(?:[0-9]{{1,4}}|[一二三四五六七八九十]{{1,3}})班(?![车次人组长机轮])"
    r"|[（(][0-9一二三四五六七八九十]{1,2}[)）]班)"
)
_GRADED: Final = re.compile("[年级届初高小中大（(]")


def _class(text: str, start: int, end: int) -> Span:
    graded = _GRADED.search(text, start, end) is not None
    return start, end, LIKELY + 0.1 if graded else DOUBTFUL + 0.1


RULES: Final = (
    Rule(
        "SCHOOL",
        SCHOOL,
        _school,
        "[小初高中完学大幼托附教职书外实一二三四五六七八九十0-9](?=[学级心小校院儿中幼点高国])",
    ),
    Rule("CLASS", CLASS, _class, "[0-9一二三四五六七八九十小初高中大（(](?=[^班\0]{0,16}班)"),
)
