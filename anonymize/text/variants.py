"""How else is a known name, school or address written in a remark?

A variant carries what must not stand beside it: 小雨 is a girl's name, and rain. A single character
of a given name is no variant: 明 would be found everywhere.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from anonymize.fields.words import COMPOUND_SURNAMES
from anonymize.text import regions
from anonymize.text.folding import GAP_CLASS

_EDGES: Final = re.compile(f"^[{GAP_CLASS}]+|[{GAP_CLASS}]+$")
_GAPS: Final = re.compile(f"[{GAP_CLASS}*]+")
_LATIN: Final = re.compile("[a-z]")
_HAN: Final = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_WINDOW: Final = 6
_LEAST_PART: Final = 2
_EXACT, _NEAR, _LOOSE = 1.0, 0.9, 0.7


@dataclass(frozen=True, slots=True)
class Variant:
    """A writing to look for. A `gapped` one may have blanks and dots between its characters.

    A `cued` one counts only beside a word that tells of a person; none counts right behind what
    `not_behind` matches or ahead of what `not_ahead` does.
    """

    text: str
    score: float
    gapped: bool = False
    cued: bool = False
    not_behind: str = ""
    not_ahead: str = ""

    def fits(self, text: str, start: int, end: int) -> bool:
        """Tell whether the variant means the known thing at this place."""
        behind, ahead = text[max(0, start - _WINDOW) : start], text[end : end + _WINDOW]
        if self.not_behind and re.search(f"(?:{self.not_behind})$", behind):
            return False
        if self.not_ahead and re.match(self.not_ahead, ahead):
            return False
        return not self.cued or bool(_CUE_BEHIND.search(behind) or _CUE_AHEAD.match(ahead))


_CUE_BEHIND: Final = re.compile(
    r"(?:叫|名|和|与|跟|同学|对|给|请|找|表扬|批评|帮助?|让|学生|孩子|小|:)$"
)
_CUE_AHEAD: Final = re.compile(
    r"同学|老师|小朋友|说|[的家]?(?:家长|爸|妈|父|母|爷|奶|姥|外公|外婆)|今天|昨天|上课|下课|学习成绩|平时|经常"
    r"|和同|在[校班家]|[哭笑病走转跑迟]|已经|喜欢|表现|性格|是[个一我班]|也[在是很]"
)
_WORD_LIST: Final = (
    "文静 安静 阳光 海洋 天天 乐观 建设 国庆 和平 健康 高兴 文明 思想 学习 自强 向上 成长 成功 "
    "明白 明亮 自然 平安 安全 欢乐 快乐 幸福 美丽 "
    "勇敢 坚强 温柔 可爱 聪明 光明 希望 理想 星期 晴天 雨天 春天 夏天 秋天 冬天 白云 蓝天 大海 "
    "江山 长江 黄河 长城 北京 上海 中华 世界 朝阳 "
    "文化 文学 语文 英语 数学 体育 音乐 美术 劳动 科学 博学 好学 乐学 善良 诚实 正直 开心 安心 "
    "放心 用心 专心 真心 爱心 关心 细心 热心 爱国 "
    "建国 民主 自由 平等 公正 友善 敬业 诚信 永远 一定 一直 一起 一样 子女 先生 小小 多多 点点 "
    "可以 可能 如果 如意 若是 或许 也许 家乡 来临 "
    "冬至 夏至 立春 立夏 立秋 立冬 元旦 新年 国家 国强 红旗 青春 青年 少年 童年 明天 明年 今天 "
    "晓得 知道 佳节 佳绩 优秀 优异 进步 前进 "
    "志愿 志向 立志 成绩 成就 成立 宇宙 雨水 雪花 晨光 清晨 早晨 月亮 星星 太阳 大地 森林 树林 "
    "山林 玉米 金钱 银行 子孙"
)
_WORDS: Final = frozenset(_WORD_LIST.split())
"""Given names that are ordinary words too: they need somebody beside them."""
_DOUBLED_WORDS: Final = frozenset(
    "天明常多好年月日时处星点家人高大小细轻慢静悄渐刚仅白红绿事样声往久早长远真满平安乐笑"
    "谢看试说想听写读走"
)
"""Characters whose doubling is a word (明明, 常常)."""
_SMALL_WORDS: Final = frozenset(
    "学组时心说孩吃路伙子区巧丑便数题事型名声气手脚腿腰肚产儿女男品店看众计提"
)
"""小 and one of these is a word (小学, 小心): a pet name only beside a cue."""
_SMALL_THINGS: Final = frozenset("雨雪米白熊马牛花车石雷鸟鱼狗猫羊草树麦满暑寒康辈雅包龙江金")
"""小 and one of these may be weather or a thing (下小雨): a pet name unless a word says so."""
_THINGS: Final = "下场阵有转养买吃喂只条匹头朵棵辆"
_CALLED_WORDS: Final = frozenset("明花鸟鱼月今昨这那哪一点事玩劲画门空幼婴孤女男孩")
_TITLES: Final = (
    "同学", "某某", "某", "老师", "女士", "先生", "阿姨", "叔叔", "家长", "爸爸", "妈妈",
    "爷爷", "奶奶", "师傅", "校长",
    "主任", "小朋友",
)  # fmt: skip


def name_variants(name: str) -> Iterator[Variant]:
    """Yield the writings of a person's name (in plain spelling)."""
    bare = _EDGES.sub("", name)
    parts = [part for part in _GAPS.split(bare) if part]
    whole = "".join(parts)
    if not whole:
        return
    if _LATIN.search(whole):
        yield from _latin(parts, whole)
    elif "·" in bare:
        yield Variant(whole, _EXACT, gapped=True)
        for part in parts:
            if len(part) >= _LEAST_PART:
                yield Variant(part, _NEAR)
    else:
        yield from _han(whole)


def _latin(parts: list[str], whole: str) -> Iterator[Variant]:
    yield Variant(whole, _EXACT, gapped=True, not_behind="[a-z]", not_ahead="[a-z]")
    for part in parts:
        if len(part) > _LEAST_PART:
            yield Variant(part, _NEAR, not_behind="[a-z]", not_ahead="[a-z]")


def _han(name: str) -> Iterator[Variant]:
    if len(name) > 1:
        yield Variant(name, _EXACT, gapped=True)
    if not _HAN.match(name):
        return
    size = 2 if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else 1  # noqa: PLR2004  given name left
    surname, given = name[:size], name[size:]
    yield from _by_surname(surname, given)
    if len(given) >= _LEAST_PART:
        weather = given[0] == "小" and given[1] in _SMALL_THINGS
        things = f"[{_THINGS}]" if weather else ""
        yield Variant(given, _NEAR, cued=given in _WORDS, not_behind=things)
    yield from _pet_names(given)


def _by_surname(surname: str, given: str) -> Iterator[Variant]:
    for title in _TITLES:
        yield Variant(surname + title, _LOOSE)
    for cover in ("某", "*", "x", "×", "○", "〇"):
        if len(given) > 1:
            yield Variant(surname + cover + given[-1], _NEAR)
        yield Variant(surname + cover * max(1, len(given)), _LOOSE)
    if surname not in _SMALL_WORDS:
        yield Variant("小" + surname, _LOOSE, not_behind="[大中窄胆]", not_ahead="[学组时心说孩于]")
    yield Variant("老" + surname, _LOOSE)


def _pet_names(given: str) -> Iterator[Variant]:
    for char in dict.fromkeys(given):
        things = _THINGS if char in _SMALL_THINGS else ""
        yield Variant(
            "小" + char, _LOOSE, cued=char in _SMALL_WORDS, not_behind=f"[大中窄胆细从最{things}]"
        )
        yield Variant(char * 2, _LOOSE, cued=char in _DOUBLED_WORDS)
        yield Variant("阿" + char, _LOOSE)
        yield Variant(char + "同学", _LOOSE, not_behind="[\u4e00-\u9fff]")
        yield Variant(char + "儿", _LOOSE, cued=char in _CALLED_WORDS, not_ahead="[子童女园科歌时]")


_SCHOOL_SHORT: Final = (
    (re.compile(r"第?([一二三四五六七八九十百0-9]+)(?:初级|高级|实验)?中学"), r"\1中"),
    (re.compile(r"第?([一二三四五六七八九十百0-9]+)(?:实验|中心)?小学"), r"\1小"),
    (re.compile(r"第?([一二三四五六七八九十百0-9]+)(?:实验|中心)?幼儿园"), r"\1幼"),
    (re.compile(r"实验小学"), "实小"),
    (re.compile(r"实验中学"), "实中"),
    (re.compile(r"附属(?:实验)?中学"), "附中"),
    (re.compile(r"附属(?:实验)?小学"), "附小"),
    (re.compile(r"中心小学"), "中心校"),
    (re.compile(r"(?:初级|高级)中学"), "中学"),
    (re.compile(r"初级中学"), "初中"),
    (re.compile(r"高级中学"), "高中"),
    (re.compile(r"外国语学校"), "外国语"),
    (re.compile(r"[(（].*?[)）]"), ""),
)
_UNIT: Final = re.compile(r"(?:自治区|自治州|自治县|特别行政区|地区|省|市|区|县|镇|乡|街道)")
_GENERIC_LIST: Final = (
    "小学 中学 学校 初中 高中 幼儿园 附中 附小 实小 实中 中心小学 中心校 实验小学 实验中学 "
    "实验学校 外国语 外国语学校 初级中学 高级中学 中心幼儿园 "
    "希望小学 附属小学 附属中学 职业学校 特殊教育学校"
)
_GENERIC_SCHOOLS: Final = frozenset(_GENERIC_LIST.split())
"""What many schools are called: found only where no other name stands before."""
_LEAST_SCHOOL: Final = 2


def school_variants(name: str) -> Iterator[Variant]:
    """Yield the writings of a school's name (in plain spelling): with less of the region before it,
    without 县 and 市, and with the usual abbreviations (沂水县第一中学, 沂水一中, 县一中).
    """  # noqa: D205  one enumeration
    whole = _GAPS.sub("", name)
    if len(whole) < _LEAST_SCHOOL:
        return
    seen: dict[str, None] = {}
    for tail in dict.fromkeys(_tails(whole)):
        for form in (tail, *_shortened(tail)):
            seen.setdefault(form)
            seen.setdefault(_UNIT.sub("", form, count=1))
    for form in seen:
        if form == whole or (len(form) > _LEAST_SCHOOL and form not in _GENERIC_SCHOOLS):
            yield Variant(form, _EXACT if form == whole else _NEAR, gapped=form == whole)
        elif re.fullmatch(r"[一二三四五六七八九十0-9]+[中小幼]", form):
            yield Variant(
                form,
                _LOOSE,
                not_behind="[第之其这那统唯]",
                not_ahead="全会|[心间国午旬组个年时学队班伍介]",
            )
        elif form in _GENERIC_SCHOOLS and len(form) > _LEAST_SCHOOL + 1:
            yield Variant(form, _LOOSE, not_behind="[一-鿿]{2}(?<![在到于入校读是从的去由和])")


def _tails(name: str) -> Iterator[str]:
    """Yield the name, and what is left without one region after another."""
    yield name
    rest = name
    while True:
        ends = [end for start, end in regions.beginnings(rest[:16]) if start == 0]
        unit = re.match(r"[\u4e00-\u9fff]{1,4}?(?:镇|乡|街道)(?=[\u4e00-\u9fff]{2})", rest)
        end = max([*ends, unit.end() if unit else 0])
        if end == 0 or len(rest) - end < _LEAST_SCHOOL:
            return
        if rest[end : end + 1] in ("县", "市", "区"):
            end += 1
        rest = rest[end:]
        yield rest


def _shortened(name: str) -> Iterator[str]:
    for pattern, short in _SCHOOL_SHORT:
        form = pattern.sub(short, name)
        if form != name:
            yield form


_COMPONENT: Final = re.compile(
    r"[^省市县区旗州盟镇乡村路街道巷弄庄苑园号栋幢元室组]{1,10}?"
    r"(?:街道办事处|街道|自治[区州县旗]|小区|社区|大道|大街|花园|家园|公寓|胡同|新村|号院|号楼|单元|[省市县区旗州盟镇乡村路街道巷弄庄苑园号栋幢室组])"
)
_LEAST_ADDRESS: Final = 4
_LEAST_PLACE: Final = 3
_PLACE_ENDS: Final = (
    "小区",
    "花园",
    "家园",
    "公寓",
    "新村",
    "苑",
    "园",
    "庄",
    "村",
    "胡同",
    "路",
    "街",
    "大道",
    "巷",
    "弄",
)


def address_variants(address: str) -> Iterator[Variant]:
    """Yield the writings of an address: from each of its parts to the end, and up to each part;
    its street, village or housing estate alone.
    """  # noqa: D205  one enumeration
    whole = _GAPS.sub("", address) if not _DASHED.search(address) else re.sub(r"\s+", "", address)
    if len(whole) < _LEAST_PLACE:
        return
    gapped = "-" not in whole
    parts = [match.group() for match in _COMPONENT.finditer(whole)]
    starts = [0]
    for part in parts:
        starts.append(starts[-1] + len(part))
    yield Variant(whole, _EXACT, gapped=gapped)
    seen = {whole}
    for form in (*_suffixes(whole, starts), *_prefixes(whole, starts, parts)):
        if form not in seen and len(form) >= _LEAST_ADDRESS:
            seen.add(form)
            yield Variant(form, _NEAR, gapped=gapped)
    for part in parts:
        if part not in seen and len(part) >= _LEAST_PLACE and part.endswith(_PLACE_ENDS):
            seen.add(part)
            yield Variant(part, _LOOSE)


_DASHED: Final = re.compile("[0-9]-[0-9]")


def _suffixes(whole: str, starts: list[int]) -> Iterator[str]:
    for start in starts[1:]:
        rest = whole[start:]
        if re.search(r"[0-9一二三四五六七八九十].*[号栋幢元室组]|[村庄]|-", rest) or len(rest) > 6:  # noqa: PLR2004  a house, a village or a long name pins it down
            yield rest


def _prefixes(whole: str, starts: list[int], parts: list[str]) -> Iterator[str]:
    """Yield the address cut after a street, village or estate, and from each part to there."""
    for index, part in enumerate(parts):
        if not regions.is_region(part) and len(part) >= _LEAST_PLACE:
            for start in starts[: index + 1]:
                yield whole[start : starts[index + 1]]
