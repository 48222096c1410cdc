"""Where does an address stand in a text? Region names, and the grammar of what follows them.

省市县 → 镇乡街道 → 村路街小区 → 号栋单元室. The pattern starts at the first unit word and takes the
chain to its right; the judge looks left for the name before that word, and says whether the chain
pins a place down. A lone city or county is no address.
"""

import re
from typing import Final

from anonymize.text import regions
from anonymize.text.rule import FAIR, LIKELY, Rule, Span, before, han_without

_STOPS: Final = "的在了到是住说我他她它们被就给很没吗吧呢请让跟与但因还把着过又刚"
"""Characters that end a name to the left: no unit of an address holds one."""


_CHAR: Final = han_without(_STOPS, also="0-9A-Za-z")
_COUNT: Final = (
    r"(?:[0-9]{1,5}|[一二三四五六七八九十百零〇]{1,5}|[A-Za-z][0-9]{0,3}|[甲乙丙丁东西南北])"
)
_NAMED: Final = (
    r"(?:[庄屯寨湾岗园苑村府沟坪][村镇乡路街]|街道办事处|街道|办事处|大街|大道|开发区|社区|小区|校区|自治[区州县旗]|特别行政区|地区|公寓|大厦|胡同|新村|新城|林场|农场|广场|大院|宿舍|工业园"
    r"|(?<!幼儿)(?<!校)(?<!公)园|[省市县区旗州盟镇乡村路街巷弄庄屯寨苑府湾岗])"
)
_NUMBERED: Final = (
    f"{_COUNT}(?:-{_COUNT})?(?:号院|号楼|号|栋|幢|座|单元|室|户|层|楼|弄|组|队|社|院|门)"
)
_DASHED: Final = (
    r"[0-9]{1,4}(?:[\-#][0-9]{1,4}){1,3}(?:号|室|户)?(?![0-9年月日.])"
    r"|(?<=[楼元栋幢座])[0-9]{3,4}(?![0-9年月日元块名人个次分级])"
)
_HOUSE: Final = (
    f"{_COUNT}(?:号院|号楼|栋|幢|座|单元)[ ]?"
    f"(?:{_COUNT}(?:号楼|栋|幢|座|单元|层|楼|室|户|号)[ ]?|[0-9]{{3,4}}(?![0-9年月日元])){{1,3}}"
)
_TAIL: Final = f"(?:[ ]?(?:{_NUMBERED}|{_DASHED}|{_CHAR}{{1,8}}?{_NAMED}))*"
ADDRESS: Final = f"{_NAMED}{_TAIL}|{_HOUSE}"

_HOUSES: Final = re.compile(_HOUSE)
_UNIT: Final = re.compile(f"[ ]?(?:({_NUMBERED}|{_DASHED})|({_CHAR}{{1,8}}?)({_NAMED}))")
_FIRST: Final = re.compile(_NAMED)
_LEFT: Final = re.compile(f"{_CHAR}{{0,12}}$")
_CUT: Final = re.compile(
    r"(?:位于|来自|家庭|地址|住址|户籍地?|户口|籍贯|迁[至往入自]|搬[至往]|寄[至往]|[现原常]居|居|家|址|至|往|从|(?<!原)自|为|系"
    r"|旁边?|对面|隔壁|附近|门口|乘坐?|每天|以及|(?:孩子|学生|该生|父母|爷爷|奶奶|妈妈|爸爸|一家)|(?<=[一-鿿])[和及由向经沿回去](?![平政睦田顺县龙林民义阳前东南西北]))"
)
_CUE: Final = re.compile(
    r"(?:住|家在|地址|址|位于|户籍|户口|籍贯|搬|迁|寄|来自|送到)[^。！？；\0]{0,8}$"
)
_DWELLING: Final = (
    "小区", "公寓", "新村", "胡同", "园", "苑", "村", "庄", "屯", "寨", "社区", "湾", "府",
)  # fmt: skip
_LOCAL: Final = ("镇", "乡", "街道", "办事处", "街道办事处", "农场", "林场", *_DWELLING)
_GENERIC_LIST: Final = (
    "小 学 校 园 社 城 市 农 乡 街 马 道 公 本 我 全 各 某 一 这 那 该 同 山 郊 市 新 半 上 "
    "放学 上学 一 地 片 考 辖 战 灾 牧 景 老 厂 "
    "铁 网 思 出 退 走 半 后 思 生 门 弯 三 家长 学习 前 海 港 台"
)
_GENERIC: Final = frozenset(_GENERIC_LIST.split())
_LEAST_CHAIN: Final = 2


def _address(text: str, start: int, end: int) -> Span | None:
    first = _FIRST.match(text, start, end)
    if first is None:
        return start, end, FAIR + 0.1
    begin = _begin(text, start, first.end())
    if begin is None:
        house = _HOUSES.search(text, start, end)
        return (house.start(), end, FAIR) if house else None
    units = [(text[begin:start].strip(), first[0])]
    numbered = 0
    for unit in _UNIT.finditer(text, first.end(), end):
        numbered += unit[1] is not None
        if unit[2]:
            units.append((unit[2], unit[3]))
    score = _score(units, numbered)
    if not score and _CUE.search(before(text, begin, 10)) and units[-1][1] in _DWELLING:
        score = FAIR
    return (begin, end, score) if score else None


def _score(units: list[tuple[str, str]], numbered: int) -> float:
    known = sum(regions.is_region(name + word) for name, word in units)
    local = any(word in _LOCAL for _, word in units)
    if numbered:
        return LIKELY + 0.1 if known or len(units) >= _LEAST_CHAIN else LIKELY
    if len(units) >= _LEAST_CHAIN and (known or local):
        return LIKELY if local else FAIR
    return LIKELY if known and local else 0


def _begin(text: str, start: int, end: int) -> int | None:
    """Return where the name before the first unit word begins, None if there is none."""
    window = _LEFT.search(before(text, start, 12))
    least = start - len(window[0]) if window else start
    floor = start - len(before(text, start, 40))
    known = regions.ending(text, end, least=floor)
    if known is not None:
        return regions.chain_start(text, known, floor)
    for cut in _CUT.finditer(text, least, start):
        if cut.end() < start:
            least = cut.end()
    name = text[least:start]
    if not name or name in _GENERIC or len(name) > 8:  # noqa: PLR2004  no unit has a longer name
        return None
    return regions.chain_start(text, least, floor) if len(name) <= 8 else least  # noqa: PLR2004


_STARTS: Final = (
    "[街办大开社小校自特地公胡新林农广宿工园省市县区旗州盟镇乡村路巷弄庄屯寨苑府湾岗沟坪]"
    "|[0-9一二三四五六七八九十百零〇A-Za-z甲乙丙丁东西南北](?=[0-9一二三四五六七八九十百零〇\\-A-Za-z甲乙丙丁东西南北]{0,10}[号栋幢座单])"
)

RULES: Final = (Rule("ADDRESS", ADDRESS, _address, _STARTS),)
