"""Who may hold which roles, and who may make whose account? Separation of powers as a pure rule.

Sources: GB/T 22239-2019 8.1.5 (三权分立), security.md section 4.2; design section 5 (people).
"""

from collections.abc import Iterable

from kernel.errors import Problem
from kernel.ids import PersonId
from kernel.principal import Principal, Role

ALONE = frozenset({Role.ADMINISTRATOR, Role.AUDITOR, Role.DEVELOPER})
"""Whoever holds one of these holds no other staff role, in any account of the same person."""
APART = (frozenset({Role.REVIEWER, Role.APPROVER}),)
OFFICE = frozenset({Role.REGISTRAR, Role.REVIEWER, Role.APPROVER, Role.AUDITOR, Role.ADMINISTRATOR})
"""Held at a node of the education hierarchy or in a government: these need an `org_id`."""
ASSIGNABLE = OFFICE | {Role.DEVELOPER}

RULE = "三权分立（GB/T 22239-2019 8.1.5）"


def role_problems(
    roles: frozenset[Role], of_person: Iterable[frozenset[Role]]
) -> tuple[Problem, ...]:
    """Return why one person may not hold these roles beside those of their other accounts."""
    if not roles or Role.CLIENT in roles:
        return (Problem("请选择账号的角色", "roles", RULE, "至少选择一个可授予个人的角色"),)
    if Role.PUPIL in roles:
        only = roles == {Role.PUPIL}
        return () if only else (Problem("学生账号不能兼任其他角色", "roles", RULE, "请另建账号"),)
    held = roles.union(*of_person) - {Role.PUPIL}
    if (held & ALONE and len(held) > 1) or any(pair <= held for pair in APART):
        return (
            Problem(
                "同一人不能兼任这些角色：管理员、审计员、开发者各自独立，审核与批准由不同的人担任",
                "roles", RULE, "请由不同的人分别担任",
            ),
        )  # fmt: skip
    return ()


def creation_problems(creator: Principal, person: PersonId) -> tuple[Problem, ...]:
    """Return why this administrator may not make or change an account of that person."""
    if creator.person_id == person:
        return (
            Problem(
                "管理员不能为本人建立或变更账号", "same_person_as", RULE, "请由另一位管理员办理"
            ),
        )
    return ()
