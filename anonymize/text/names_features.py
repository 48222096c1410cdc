"""What does the name model see of each character?

The characters around it, the dictionary words it stands between, how well a Han name would fit
here (see `names_lattice`), and whether the run of characters looks like a foreign name spelt out.
"""

import re
from typing import Final

from anonymize.text.names_lattice import Reading, read

_UNIT: Final = re.compile(r"[^。！？!?；;\n\r]{1,300}[。！？!?；;]?|[。！？!?；;\n\r]")
_DOTS: Final = frozenset("·•‧・∙⋅･")
_SPELT: Final = frozenset(
    "阿艾安奥巴贝比波伯布查达戴丹德迪蒂多顿厄尔法菲费弗福戈格古哈海汉赫亨侯胡华基吉加杰金卡凯坎科克肯库拉莱兰劳勒雷里丽"
    "利莉林琳卢鲁伦罗洛马玛麦曼梅蒙米密敏莫姆穆纳娜南尼妮宁诺努欧帕佩彭皮珀普奇齐乔切琼热仁日荣瑞若萨塞桑森沙莎山舍什史"
    "斯丝苏索塔泰坦特提图托瓦万旺威韦维温文翁沃乌武西希夏辛休雅亚扬耶伊因英尤约扎泽詹朱卓兹祖买孜肉吾玉江且措旦吉珠央宗"
    "扎仁增拉毛曲珍贡嘎朝其木巴图音恩和敖登惹呷"
)
_WEIGHTS: Final = 2.0
"""Width of a step of odds, in natural logarithms."""
_STEPS: Final = (-7, 5)
_FIT: Final = -3
"""Step from which on a name fits well enough to look at what stands beside it."""


def units(text: str) -> list[tuple[int, str]]:
    """Return the sentences of a text and where each begins."""
    return [(found.start(), found.group()) for found in _UNIT.finditer(text)]


def _plain(char: str) -> str:
    """Return the character, or the class that stands for all of its like."""
    if char.isascii():
        if char.isdigit():
            return "0"
        if char.isalpha():
            return "A" if char.isupper() else "a"
    elif char in _DOTS:
        return "·"
    return char


def _spelt(text: str) -> list[str]:
    """Return for each character the length of the run of foreign-looking ones it stands in."""
    lengths, start = ["0"] * len(text), 0
    for place in range(len(text) + 1):
        if place < len(text) and (text[place] in _SPELT or text[place] == "·"):
            continue
        run = place - start
        if run > 1:
            mark = str(min(run, 6)) + ("d" if "·" in text[start:place] else "")
            lengths[start:place] = [mark] * run
        start = place + 1
    return lengths


def _best(reading: Reading, length: int) -> list[tuple[int, int, int]]:
    """Return for each character the name that fits best there: step, place in it and its length."""
    best = [(-99, 0, 0)] * length
    least, most = _STEPS
    for start, size, odds in reading.names:
        step = max(least, min(most, int(odds // _WEIGHTS)))
        if step == least:
            continue
        for place in range(size):
            if step > best[start + place][0]:
                best[start + place] = (step, place, size)
    return best


def features(unit: str) -> list[list[str]]:
    """Return for each character of a sentence what the model sees of it."""
    text = "".join(map(_plain, unit))
    reading, length = read(text), len(text)
    best, spelt = _best(reading, length), _spelt(text)
    begins: list[dict[int, int]] = [{} for _ in range(length)]
    least, most = _STEPS
    for start, size, odds in reading.names:
        begins[start][size] = max(least, min(most, int(odds // _WEIGHTS)))
    chars = ["<2", "<1", *text, ">1", ">2"]
    words, tags = reading.words, reading.tags
    rows = []
    for i in range(length):
        a, b, c, d, e = chars[i : i + 5]
        tag = tags[i]
        step, place, size = best[i]
        row = [
            "c" + c, "b" + b, "d" + d, "a" + a, "e" + e,
            "bc" + b + c, "cd" + c + d, "bd" + b + d, "ab" + a + b, "de" + d + e,
            "t" + tag + (tags[i - 1] if i else "<") + (tags[i + 1] if i + 1 < length else ">"),
            "w" + words[i] + tag,
            "s" + spelt[i], "sb" + spelt[i] + b, "sd" + spelt[i] + d,
        ]  # fmt: skip
        for number, odds in begins[i].items():
            row.append(f"o{number}{odds}")
        if step > -99:
            start, end = i - place, i - place + size
            fit = f"{place}{size}{step}"
            before = words[start - 1] if start else "<"
            after = words[end] if end < length else ">"
            row += [
                "f" + fit, "ft" + fit + tag,
                f"g{place}{size}{before}", f"h{place}{size}{after}",
                f"gs{fit}{chars[start + 1]}", f"hs{fit}{chars[end + 2]}",
            ]  # fmt: skip
        rows.append(row)
    return rows
