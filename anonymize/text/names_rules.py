"""Which names does a rule find more surely than a model? Forms, dots, Latin letters, repetition."""

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Final, TypeAlias

from anonymize.text.names_words import surnames, words

Span: TypeAlias = tuple[int, int, float]
"""Start and end in code points, and how sure the finding is, 0 to 1."""
_SURE, _LIKELY = 0.95, 0.8

DOTS: Final = "·•‧・∙⋅･"
HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
_GAP: Final = re.compile(f"(?<=[{HAN}])[ \u3000\u00a0\u2002\u2003\u200b]{{1,3}}(?=[{HAN}])")
_HAN_CHAR: Final = re.compile(f"[{HAN}]")
_IN_USE: Final = 4
"""A surname that so many in 10,000 bear is not rare."""
_SEX: Final = frozenset("男女")

SPELT: Final = (
    "阿艾安奥巴贝比波伯布查达戴丹德迪蒂多顿厄尔法菲费弗福戈格古哈海汉赫亨侯胡华基吉加嘉杰金卡凯坎科克肯库拉莱兰劳勒雷里丽利莉"
    "林琳卢鲁伦罗洛马玛麦曼梅蒙米密敏莫姆穆纳娜南尼妮宁诺努欧帕佩彭皮珀普奇齐乔切琼热仁日荣瑞若萨塞桑森沙莎山舍什史"
    "斯丝苏索塔泰坦特提图托瓦万旺威韦维温文翁沃乌武西希夏辛休雅亚扬耶叶伊因英尤约扎泽詹朱卓兹孜祖买肉吾玉江且措旦央宗增"
    "毛曲珍贡嘎木音恩敖登惹呷赛合依力木明提不都热则再努尔汗别克江拜赖夫娃娅"
)
"""Characters with which names of other languages are spelt out."""
_DOTTED: Final = re.compile(f"[{SPELT}]{{1,8}}(?:[{DOTS}][{SPELT}]{{1,8}})+")
_SOMEBODY: Final = "某(?:某|甲|乙|丙)?(?![些种个班校日天年月处地次项位同某])"
ROLES: Final = (
    "老师|同学|校长|主任|书记|先生|女士|医生|大夫|阿姨|叔叔|奶奶|爷爷|妈妈|爸爸|家长|教练|教官|师傅|警官|护士|"
    "会计|站长|局长|科长|处长|院长|所长|村长|园长|厂长|馆长|部长|经理|老板|教授|律师|法官|同志|大妈|大爷|大叔|大姐|大哥|"
    "老汉|老太|老人|副校长|班主任|委员|保健|干事|总管|主管|班长|组长|队长|校医|大娘|大嫂|指导|教导|辅导员|姓"
)
_KIN: Final = "姐姨婶嫂伯爸妈叔哥"
"""What somebody of the neighbourhood is called after a surname: 韦婶, 卢爸."""
_NO_MORE: Final = "(?![妈爸哥姐姨婶伯叔夫们儿子弟妹])"
_ROLE_END: Final = re.compile(f"(?:{ROLES})$")
_CLASS_END: Final = re.compile("[0-9）)一二三四五六七八九十]$")
_SURNAMED: Final = re.compile(f"姓(?P<name>[{HAN}])(?=[，。、的名）)；]|$)")
_NAMED: Final = re.compile(
    f'(?:(?<![百老同改异外本])(?=.姓(?!名))|(?<=[“「『"])(?=.[”」』"]))(?P<name>[{HAN}])'
)
_FAMILIAR: Final = re.compile(f"[老小](?=(?P<surname>[{HAN}])(?P<after>.{{0,1}}))", re.DOTALL)
_FIELD: Final = re.compile(
    "(?:姓名|学生|申请人|监护人|父亲|母亲|联系人|谈话人|谈话对象|记录人|填表人|班主任|负责人|证明人|当事人|请假人|来访者|咨询师"
    "|经办人|推荐人|介绍人|家长|签名|签字|曾用名|爸爸|妈妈|父|母|同桌|室友|值日)"
    f"[：:] {{0,3}}(?P<name>[{HAN}]{{2,4}})(?=[，,；;、。（(\\s]|$)"
)
_PUPIL: Final = re.compile(
    f"(?:^|(?<=[^{HAN}])|(?<=我班)|(?<=我校)|(?<=对)|(?<=请)|(?<=予))(?P<name>[{HAN}]{{2,3}})同学(?![们间])"
)
_CALLED: Final = re.compile(
    "(?:[我他她人子儿弟妹爸妈哥姐]叫|叫[做作]|名叫|名字叫|真名|大名|小名|本名|全名|改名为|原名)(?:叫|是|为)?"
    f"(?P<name>[{HAN}]{{2,3}})(?=[，。、；！,.（(的]|$)"
)
_BEFORE_ROLE: Final = re.compile(
    f"(?:^|(?<=[^{HAN}])|(?<=的)|(?<=[和与对请找经由]))(?P<name>[{HAN}])"
    "(?:老师|妈妈|爸爸|奶奶|爷爷|校长|主任|书记|委员|教官|教练|医生|大夫|阿姨|叔叔|师傅|女士|先生|姓同学)"
)
_SIGNED: Final = re.compile(
    "(?:签字|签名|签章|经办人|报告人|记录人|值班|审核人)[：:]? ?"
    f"(?P<name>[{HAN}])(?=[，。；、）)\\s]|$)"
)
_UNCOMMON: Final = -11.0
"""Log probability below which a character is hardly ever a word by itself."""
_NO_SURNAME: Final = frozenset("应向和由连从于别那都全方包经后老小大单本有对请给让问位各因但班")
_NO_END: Final = frozenset("有的和与位个名些男女是在把被")
_TWICE: Final = re.compile(
    f"(?:^|(?<=[^{HAN}]))(?P<name>([{HAN}])\\2)(?=[{HAN}])(?![的地而]|(.)\\3)"
)
_RARE: Final = -13.5
"""Log probability below which a word of the language is taken for a name by repetition alone."""


def squeeze(text: str) -> tuple[str, list[int]]:
    """Return the text without the spaces inside of "张 三", and where each character stood."""
    drop: set[int] = set()
    joined, size = -1, 0
    for gap in _GAP.finditer(text):
        left, right = gap.start() - 1, gap.end()
        alone = left == 0 or not _HAN_CHAR.match(text[left - 1])
        size = size + 1 if left == joined else 1
        starts = alone and size == 1 and text[left] in surnames()
        if text[right] in _SEX or not (starts or (left == joined and size <= 3)):  # noqa: PLR2004
            continue
        if size > 1 and right + 1 < len(text) and _HAN_CHAR.match(text[right + 1]):
            continue
        drop.update(range(left + 1, right))
        joined = right
    places = [place for place in range(len(text)) if place not in drop]
    return "".join(text[place] for place in places), places


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the place of the name without punctuation and 的 at its ends and without a role."""
    while start < end and not _HAN_CHAR.match(text[start]):
        start += 1
    while start < end and not (_HAN_CHAR.match(text[end - 1]) and text[end - 1] != "的"):
        end -= 1
    if text[start : start + 1] == "班" and _CLASS_END.search(text, 0, start):
        start += 1
    role = _ROLE_END.search(text, start + 1, end) if end - start > 2 else None  # noqa: PLR2004
    return start, role.start() if role else end


def ruled(text: str) -> Iterator[Span]:
    """Yield names that a rule of form finds: dotted, 张某, filled-in fields, "…同学", Latin."""
    likely = ((pattern(), _LIKELY) for pattern in (_latin, _uncommon, _before_kin))
    for pattern, score in ((_DOTTED, _SURE), (_somebody(), _SURE), *likely):
        for found in pattern.finditer(text):
            yield found.start(), found.end(), score
    for pattern in (_FIELD, _PUPIL, _CALLED, _BEFORE_ROLE, _TWICE, _SURNAMED, _NAMED, _SIGNED):
        for found in pattern.finditer(text):
            if _may_be(found["name"], pattern):
                yield found.start("name"), found.end("name"), _LIKELY
    for found in _FAMILIAR.finditer(text):
        if _is_familiar(text, found):
            yield found.start(), found.end() + 1, _LIKELY


def _is_familiar(text: str, found: re.Match[str]) -> bool:
    """Tell whether 老马 or 小郭 is somebody: neither a word, nor does a word begin inside."""
    surname, after = found["surname"], found["after"]
    before = text[max(0, found.start() - 1) : found.end()]
    return (
        surnames().get(surname, 0) >= _IN_USE
        and surname not in _NO_SURNAME
        and not {found.group() + surname, surname + after, before} & words().keys()
    )


def _may_be(name: str, pattern: re.Pattern[str]) -> bool:
    if pattern is _TWICE:
        return words().get(name, -99.0) < _RARE and name not in nobody()
    if name in nobody() or name[-1] in _NO_END or _ROLE_END.search(name):
        return False
    if pattern is _SIGNED:
        return name in surnames() and name not in _NO_SURNAME
    if pattern in {_BEFORE_ROLE, _NAMED}:
        return surnames().get(name, 0) >= _IN_USE and name not in _NO_SURNAME
    return name[0] in surnames()


@cache
def nobody() -> frozenset[str]:
    """Return words that may stand where a name does and are none."""
    return frozenset(word for line in _lines("names_nobody.txt") for word in line.split())


def _lines(name: str) -> list[str]:
    text = resources.files("anonymize.data").joinpath(name).read_text("utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


@cache
def _somebody() -> re.Pattern[str]:
    known = [name for name, weight in surnames().items() if weight >= _IN_USE]
    return re.compile(f"(?:{'|'.join(sorted(known, key=len, reverse=True))}){_SOMEBODY}")


@cache
def _uncommon() -> re.Pattern[str]:
    """Return how a surname that is hardly a word stands before a role, whatever is before it."""
    rare = (one for one in surnames() if len(one) == 1 and words().get(one, -99.0) < _UNCOMMON)
    return re.compile(f"[{''.join(rare)}乜隗](?=(?:{ROLES})(?<!姓)|[{_KIN}]{_NO_MORE})")


@cache
def _before_kin() -> re.Pattern[str]:
    """Return how a surname stands before 姐, 婶 or 爸 where the two make no word."""
    known = [one for one, weight in surnames().items() if len(one) == 1 and weight >= _IN_USE]
    parts = [
        f"[{''.join(one for one in known if one not in _NO_SURNAME and one + kin not in words())}]"
        f"(?={kin}{_NO_MORE})"
        for kin in _KIN
    ]
    return re.compile(f"(?:^|(?<=[^{HAN}])|(?<=[的和与对请找由]))(?:{'|'.join(parts)})")


@cache
def _latin() -> re.Pattern[str]:
    lists = [line.split() for line in _lines("names_latin.txt")]
    english, chinese, syllables = ("|".join(sorted(some, key=len, reverse=True)) for some in lists)
    given = rf"(?=[A-Z])(?i:(?:{syllables})(?:[-']?(?:{syllables}))?)"
    return re.compile(
        rf"(?<![A-Za-z])(?:(?:{english})(?: (?:{english}|{chinese}|[A-Z][a-z]+)(?![A-Za-z]))?"
        rf"|(?:{chinese}) {given}|{given} (?:{chinese})"
        r"|(?:(?<=Mr )|(?<=Ms )|(?<=Mr\. )|(?<=Ms\. )|(?<=Miss )|(?<=Mrs )|(?<=Mrs\. ))[A-Z][a-z]+)"
        r"(?![A-Za-z])"
    )


def repeated(text: str, spans: list[Span]) -> Iterator[Span]:
    """Yield further places of names that were found once, and of given names without surname."""
    known = words()
    names: dict[str, float] = {}
    for start, end, score in spans:
        name = text[start:end]
        if len(name) > 1 and known.get(name, -99.0) < _RARE:
            names[name] = max(score, names.get(name, 0))
            if len(name) == 3 and name[0] in surnames() and name[1:] not in known:  # noqa: PLR2004
                names.setdefault(name[1:], score)
    for name, score in names.items():
        place = text.find(name)
        while place >= 0:
            yield place, place + len(name), score
            place = text.find(name, place + 1)
