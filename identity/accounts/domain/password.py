"""Is a password good enough? Named profiles, because the Chinese and the international rule differ.

MLPS level 3 (GB/T 22239-2019 8.1.4.1 a) asks for mixed characters and periodic change; ASVS 5.0
V6.2.5 and V6.2.10 forbid both. A deployment chooses; both are tested.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from itertools import pairwise

from kernel.errors import Problem
from kernel.ids import Entropy

LONGEST = 128
LEAST_DIFFERENT = 4
LETTERS = "abcdefghjkmnpqrstuvwxyz"
DIGITS = "23456789"
GROUPS, GROUP_LENGTH = 3, 4


@dataclass(frozen=True, slots=True)
class PasswordProfile:
    """What a new password must be. `classes` of: capitals, small letters, digits, others."""

    name: str
    least_length: int
    classes: int
    greatest_age: timedelta | None
    remembered: int
    """So many earlier passwords may not come again."""


PROFILES = {
    "gbt22239-l3": PasswordProfile("gbt22239-l3", 10, 3, timedelta(days=90), 5),
    "asvs5-l2": PasswordProfile("asvs5-l2", 8, 1, None, 1),
}


def problems(password: str, profile: PasswordProfile, words: Iterable[str]) -> tuple[Problem, ...]:
    """Return everything that is wrong with a new password; empty when it may be used.

    `words` are what a stranger tries first for this person: user name, display name.
    """
    field, rule, found = "new_password", f"口令策略 {profile.name}", []
    if not profile.least_length <= len(password) <= LONGEST:
        found.append(
            Problem(
                f"密码长度应为 {profile.least_length} 至 {LONGEST} 个字符",
                field,
                rule,
                "请加长密码",
            )
        )
    if _classes(password) < profile.classes:
        found.append(
            Problem(
                f"密码应包含大写字母、小写字母、数字、符号中的至少 {profile.classes} 类",
                field, rule, "请补充其他种类的字符",
            )
        )  # fmt: skip
    if _is_guessable(password, words):
        found.append(
            Problem(
                "密码过于常见或包含账号、姓名", field, rule,
                "请用几个互不相关的词组成密码",
            )
        )  # fmt: skip
    return tuple(found)


def is_outworn(set_at: datetime, profile: PasswordProfile, now: datetime) -> bool:
    """Tell whether the profile asks for a new password by now."""
    return profile.greatest_age is not None and now - set_at >= profile.greatest_age


def initial_password(entropy: Entropy) -> str:
    """Return a one-time password: three groups of four, no look-alikes, over 55 random bits.

    It has a capital, small letters, digits and hyphens, so that it satisfies every profile.
    """
    symbols = LETTERS + DIGITS
    text = "".join(_pick(symbols, entropy) for _ in range(GROUPS * GROUP_LENGTH - 2))
    text = _pick(LETTERS, entropy).upper() + text + _pick(DIGITS, entropy)
    return "-".join(text[i : i + GROUP_LENGTH] for i in range(0, len(text), GROUP_LENGTH))


def _pick(symbols: str, entropy: Entropy) -> str:
    """Return one symbol, each equally likely (bytes that would favour the first are dropped)."""
    fair = 256 - 256 % len(symbols)
    while True:
        byte = entropy(1)[0]
        if byte < fair:
            return symbols[byte % len(symbols)]


def _classes(password: str) -> int:
    kinds = {
        "capital"
        if c.isupper()
        else "small"
        if c.islower()
        else "digit"
        if c.isdigit()
        else "other"
        for c in password
    }
    return len(kinds)


def _is_guessable(password: str, words: Iterable[str]) -> bool:
    lowered = password.lower()
    bare = lowered.rstrip("0123456789!@#$%^&*._-")
    steps = {ord(b) - ord(a) for a, b in pairwise(lowered)}
    return (
        len(set(lowered)) < LEAST_DIFFERENT
        or len(steps) == 1
        or lowered in _common()
        or (len(bare) > 1 and bare in _common())
        or any(len(word) > 1 and word.lower() in lowered for word in words)
    )


@cache
def _common() -> frozenset[str]:
    text = (files("identity.accounts.domain") / "common_passwords.txt").read_text("utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))
