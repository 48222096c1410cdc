"""Which new account is well formed?"""

import re
from dataclasses import dataclass

from identity.accounts.domain.separation import ASSIGNABLE, OFFICE, RULE, role_problems
from kernel.errors import Problem
from kernel.ids import Entropy, OrgId, RecipientId
from kernel.principal import Role

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,31}")
LONGEST_NAME = 50
PUPIL_NAME = "同学"
"""Accounts hold no registry data: what a pupil is called stays in the registry."""


@dataclass(frozen=True, slots=True)
class StaffAccount:
    """What an administrator asks for: only these facts can be chosen.

    `same_person_as` is the user name of an earlier account of the same human, or empty.
    """

    username: str
    display_name: str
    roles: frozenset[Role]
    org_id: OrgId | None = None
    recipient_id: RecipientId | None = None
    same_person_as: str = ""


def form_problems(asked: StaffAccount) -> tuple[Problem, ...]:
    """Return what is wrong with the form of the wish."""
    found = []
    if not USERNAME.fullmatch(asked.username):
        found.append(
            Problem(
                "用户名应为 3 至 32 个小写字母、数字、点、横线或下划线，以字母或数字开头",
                "username", "", "请换一个用户名",
            )
        )  # fmt: skip
    name = asked.display_name
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable() or name != name.strip():
        found.append(
            Problem(f"姓名应为 1 至 {LONGEST_NAME} 个可见字符", "display_name", "", "请核对姓名")
        )
    if not asked.roles <= ASSIGNABLE:
        found.append(Problem("含有不能授予工作人员的角色", "roles", RULE, "请重新选择角色"))
    else:
        found.extend(role_problems(asked.roles, ()))
    if bool(asked.roles & OFFICE) != (asked.org_id is not None):
        found.append(
            Problem("任职角色须有所在机构，开发者不得有", "org_id", RULE, "请选择或清除机构")
        )
    if (Role.DEVELOPER in asked.roles) != (asked.recipient_id is not None):
        found.append(
            Problem(
                "开发者须有所属接收方，其他人不得有", "recipient_id", RULE, "请选择或清除接收方"
            )
        )
    return tuple(found)


def pupil_username(entropy: Entropy) -> str:
    """Return a user name for a pupil: random digits, nothing of the person in it."""
    return f"xs{int.from_bytes(entropy(8)) % 10**9:09d}"
