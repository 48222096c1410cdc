"""How is a person reached on the net? E-mail, WeChat and QQ, in a text."""

import re
from typing import Final

from anonymize.text.folding import BLANK
from anonymize.text.rule import FAIR, LIKELY, Rule, Span

_MAIL: Final = (
    r"(?<![A-Za-z0-9_%+])[A-Za-z0-9_%+][A-Za-z0-9._%+\-]{0,63}"
    rf"[{BLANK}]?@[{BLANK}]?[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+"
)
_NETWORK: Final = (
    r"(?:微信|威信|薇信|[Ww]ei[Xx]in|[Ww]e[Cc]hat|WECHAT|[VvWw][Xx]|[Vv]信|[Qq][Qq]|扣扣|企鹅)"
)
_BETWEEN: Final = (
    rf"(?:[{BLANK}:：,，、“”\"'（(]"
    r"|号码|账号|帐号|号|群|同号|是|为|叫|加|联系|ID|[Ii]d|就|的){0,6}"
)
_PREFIX: Final = re.compile(_NETWORK + _BETWEEN)
_ACCOUNT: Final = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9_\-]{5,19}|[1-9][0-9]{4,11}|[A-Za-z0-9_\-]{6,20})$"
)


def _mail(_text: str, start: int, end: int) -> Span:
    return start, end, LIKELY


def _account(text: str, start: int, end: int) -> Span | None:
    """Report the account alone: 6 to 20 characters (WeChat) or 5 to 12 digits (QQ)."""
    network = _PREFIX.match(text, start, end)
    found = _ACCOUNT.search(text, network.end() if network else start, end)
    if found is None:
        return None
    return found.start(), end, FAIR + 0.1 if found[0].isdigit() else LIKELY


RULES: Final = (
    Rule("EMAIL", _MAIL, _mail, r"[A-Za-z0-9_%+](?<![A-Za-z0-9_%+].)", signs="@"),
    Rule(
        "WECHAT",
        f"{_NETWORK}{_BETWEEN}[A-Za-z0-9][A-Za-z0-9_\\-]{{4,19}}(?![A-Za-z0-9_\\-@])",
        _account,
        "[微威薇WwVvQq扣企](?=[信EeXxQq扣鹅])",
    ),
)
