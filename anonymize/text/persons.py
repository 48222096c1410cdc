"""Which persons does a text name? Cue rules, and the name model where it is installed.

The rules know what no model is needed for: names with a dot (阿依古丽·买买提), a surname before a
title (张同学, 王老师, 李某), and a name right behind its label (姓名：张三).
"""

import re
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Final

from anonymize.fields.words import COMPOUND_SURNAMES
from anonymize.text.rule import BORDER, FAIR, LIKELY, Rule, Span, han_without, longest

Model = Callable[[str], list[tuple[int, int, float]]]
_MODEL: Final = "anonymize.text.names"

SURNAMES: Final = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段漕钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛"
    "伍韦申尤毕聂丛焦柳邢路岳齐沿梅莫庄辛管祝左涂谷祁舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲游阳裴席卫查屈鲍覃霍翁隋植甘景薄单包司"
    "柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫嵺苟褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭"
    "窦迟宇敖糜鄢冷卓花仇艾蓝巩稽井练仲乐虞卞封竺冼官衣楚佟栗匡宗台巫鞠僧桑荆谌银扬沙伏岑习胥保蔺"
)
_COMPOUND: Final = "|".join(sorted(name for name in COMPOUND_SURNAMES if len(name) > 1))
_FIRST: Final = f"[{SURNAMES}{''.join(sorted({name[0] for name in COMPOUND_SURNAMES}))}]"
_SURNAME: Final = f"(?:{_COMPOUND}|[{SURNAMES}])"
_TITLE: Final = (
    "(?:同学|老师|校长|主任|女士|先生|阿姨|叔叔|爷爷|奶奶"
    "|爸爸|妈妈|大夫|医生|师傅|教练|书记|班主任|家长)"
)
_TITLED: Final = (
    "(?:(?<![\u4e00-\u9fff])|(?<=[和与及、找向跟对班由请任机]))"
    f"(?:{_SURNAME}某{{1,2}}|{_SURNAME}(?={_TITLE}))"
)
"""A role is no part of a name: of 王老师 the surname is found."""
_LABELS: Final = (
    "(?:姓名|监护人|家长|联系人|班主任|父亲|母亲|户主|名叫|叫做)[ ]?(?:是|为|叫|:|：)?[ ]?"
)
_LABELLED: Final = (
    f"{_LABELS}{_SURNAME}[\u4e00-\u9fff]{{1,2}}"
    r"(?=[^\u4e00-\u9fff]|$|的|和|与|及|同学|老师|于|在|是|说)"
)
_LABEL: Final = re.compile(_LABELS)
_PART: Final = han_without("的在是和与同说了也很到被让给对从由他她我你们家时来去走请又刚")
_DOTTED: Final = f"{_PART}{{2,8}}(?:[·•‧・]{_PART}{{1,8}}){{1,3}}"


def _titled(_text: str, start: int, end: int) -> Span:
    return start, end, FAIR + 0.1


def _labelled(text: str, start: int, end: int) -> Span | None:
    label = _LABEL.match(text, start, end)
    return (label.end(), end, LIKELY) if label else None


def _dotted(_text: str, start: int, end: int) -> Span:
    return start, end, LIKELY + 0.1


CUES: Final = (
    Rule(
        "PERSON",
        _TITLED,
        _titled,
        f"{_FIRST}(?=[\u4e00-\u9fff]?[同老校主某女先阿叔爷奶爸妈大医师教书班家])",
    ),
    Rule("PERSON", _LABELLED, _labelled, "[姓监家联班父母户名叫](?=[名护长系主亲叫做])"),
    Rule("PERSON", _DOTTED, _dotted, "[\u4e00-\u9fff](?=[\u4e00-\u9fff]{1,7}[·•‧・])", "·•‧・"),
)
"""What needs no model, of which a text may hold several that overlap."""


_AS_WRITTEN: Final = str.maketrans(",;:!?()", "，；：！？（）")
"""Folding made half-width what Chinese writes full-width, and the model knows it as written."""


class Persons:
    """The finder of persons."""

    kind = "PERSON"

    def find(self, text: str) -> list[Span]:
        """See Finder.find. The model is asked text by text."""
        found = [span for rule in CUES for span in rule.find(text)]
        model = _model()
        if model is not None:
            start = 0
            for part in text.split(BORDER):
                found += _modelled(model, part, start)
                start += len(part) + 1
        return longest(found)


def _modelled(model: Model, text: str, offset: int) -> list[Span]:
    if not text:
        return []
    found = model(text.translate(_AS_WRITTEN))
    return [(start + offset, end + offset, score) for start, end, score in found]


@cache
def _model() -> Model | None:
    """Return the model's `find`; None where it is not installed: then only the rules work."""
    if find_spec(_MODEL) is None:
        return None
    find: Model = import_module(_MODEL).find
    return find


def has_model() -> bool:
    """Tell whether the name model is there."""
    return _model() is not None
