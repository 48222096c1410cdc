"""Register an outside organisation, before any of its people can ask for data."""

from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kernel.errors import ConflictError, InvalidError, Problem
from kernel.ids import PersonId, RecipientId, new_id
from kernel.principal import Principal, Role
from sharing.requests.domain.identifier import is_identifier
from sharing.requests.domain.uscc import is_uscc
from sharing.requests.store.tables import recipient
from sharing.requests.usecases.services import SharingServices

LONGEST = {"name": 120, "responsible_name": 80, "contact": 200}
FILINGS = ("icp", "mlps", "app")
"""ICP 备案号, 等级保护备案号, 教育移动应用备案号."""


@dataclass(frozen=True, slots=True)
class NewRecipient:
    """As typed. `kind` is one of the policy's recipient kinds; `responsible_person` may be empty:
    then the named person gets an id of their own.
    """  # noqa: D205  one sentence

    name: str
    kind: str
    uscc: str
    responsible_name: str
    contact: str
    responsible_person: str = ""
    filings: dict[str, str] = field(default_factory=dict)


async def register_recipient(
    services: SharingServices, principal: Principal, asked: NewRecipient
) -> RecipientId:
    """Return the new recipient's id. Administrators only.

    Raises InvalidError with all faults, ConflictError if the code is registered already.
    """
    principal.require(Role.ADMINISTRATOR)
    if faults := _faults(services, asked):
        raise InvalidError.of(tuple(faults))
    runtime = services.runtime
    identity = RecipientId(new_id("rcp", runtime.entropy))
    values = {
        "id": identity, "name": asked.name.strip(), "kind": asked.kind, "uscc": asked.uscc,
        "responsible_person": asked.responsible_person
        or PersonId(new_id("person", runtime.entropy)),
        "responsible_name": asked.responsible_name.strip(), "contact": asked.contact.strip(),
        "filings": {key: asked.filings.get(key, "").strip() for key in FILINGS},
        "registered_at": runtime.clock(), "registered_by": principal.person_id,
    }  # fmt: skip

    def job(connection: Connection) -> None:
        try:
            with connection.begin_nested():
                connection.execute(recipient.insert().values(**values))
        except sa.exc.IntegrityError:
            raise ConflictError(
                "该统一社会信用代码已登记", field="uscc", rule="一个单位登记一次",
                remedy="请在列表中查找已登记的单位",
            ) from None  # fmt: skip

    await runtime.database.write(job)
    return identity


def _faults(services: SharingServices, asked: NewRecipient) -> list[Problem]:
    faults = [
        Problem("请填写此项", name, "接收方须可追责", f"不超过 {limit} 字")
        for name, limit in LONGEST.items()
        if not 0 < len(getattr(asked, name).strip()) <= limit
    ]
    if asked.kind not in services.policy.recipient_kinds:
        faults.append(Problem("接收方类别不在清单中", "kind", "", "请从清单中选择"))
    if asked.responsible_person and not is_identifier(asked.responsible_person):
        faults.append(
            Problem("人员编号的写法有误", "responsible_person", "", "从账号页复制，没有则留空")
        )
    if not is_uscc(asked.uscc):
        faults.append(
            Problem("统一社会信用代码不正确", "uscc", "GB 32100-2015", "请按证照核对 18 位代码")
        )
    return faults
