"""Where does a text tell when somebody was born?

A date counts when a word of birth stands beside it, or a person's sex (“男，2012年3月5日”). Other
dates tell of events; they are not reported.
"""

import re
from typing import Final

from anonymize.text.folding import BLANK
from anonymize.text.rule import FAIR, LIKELY, Rule, Span, after, before

_NUMERAL: Final = "[〇零一二三四五六七八九十]"
_ONE: Final = f"(?:[0-9]{{1,2}}|{_NUMERAL}{{1,3}})"
_SEP: Final = f"[{BLANK}]?"
_YEAR: Final = f"(?:(?:19|20)[0-9]{{2}}|[一二][九〇零0]{_NUMERAL}{{2}}|(?<![0-9])[0-9]{{2}})"
_DATE: Final = (
    f"{_YEAR}{_SEP}年{_SEP}{_ONE}{_SEP}月(?:{_SEP}(?:初|廿)?{_ONE}{_SEP}[日号]?)?"
    rf"|(?<![0-9.\-/])(?:19|20)[0-9]{{2}}{_SEP}[.\-/]{_SEP}[0-9]{{1,2}}(?:{_SEP}[.\-/]{_SEP}[0-9]{{1,2}})?(?![0-9.\-/])"
    r"|(?<![0-9])(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])?(?![0-9])"
    f"|(?<![0-9年]){_ONE}{_SEP}月{_SEP}(?:初|廿)?{_ONE}{_SEP}[日号]?"
)
_BORN_BEFORE: Final = re.compile(
    r"(?:出生(?:日期|年月日?|时间|于|在)?|生日|生辰|(?<![该学考新师男女])生于|[Bb]irth(?:day|date)?|DOB)"
    r"[^0-9。！？；;，,\0]{0,8}$"
)
_BORN_AFTER: Final = re.compile(
    r"^[^0-9。！？；;，,\0]{0,6}?(?:出生|诞生|降生|过生日|的生日|是(?:他|她|孩子|其)?的?生日"
    r"|生日|生(?![活病气产效成物字育词源]))"
)
_SEX_BEFORE: Final = re.compile(f"(?:^|[^\u4e00-\u9fff])[男女][{BLANK},，、;；|/]{{1,2}}$")
_NO_YEAR: Final = re.compile(f"{_ONE}{_SEP}月")


def _birth(text: str, start: int, end: int) -> Span | None:
    if _BORN_BEFORE.search(before(text, start, 18)) or _BORN_AFTER.search(after(text, end, 12)):
        weak = _NO_YEAR.match(text, start, end) is not None
        return start, end, FAIR if weak else LIKELY + 0.1
    whole = _NO_YEAR.match(text, start, end) is None
    if whole and _SEX_BEFORE.search(before(text, start, 4)):
        return start, end, FAIR
    return None


RULES: Final = (
    Rule(
        "BIRTH_DATE",
        _DATE,
        _birth,
        "[0-9一二三四五六七八九十〇零](?=[0-9一二三四五六七八九十〇零年月./\\- ])",
    ),
)
