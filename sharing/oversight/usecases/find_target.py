"""What does an auditor's search mean: a pupil, an app, an official, an approval, a receipt?"""

import orjson

from kernel.errors import InvalidError
from kernel.ids import PersonId
from kernel.principal import Principal
from ledger.domain.merkle import ProofError
from ledger.domain.note import NoteError
from ledger.domain.receipt import Receipt, ReceiptError
from ledger.store import rows as log_rows
from ledger.usecases.proofs import entries
from registry.usecases.accesses import accesses_by_person
from registry.usecases.find import find_student
from sharing.oversight.domain.trace import Target
from sharing.oversight.store import audit
from sharing.requests.store import requests
from sharing.requests.usecases.recipients import recipients
from sharing.requests.usecases.services import SharingServices

RECEIPT = "c2sp.org/tlog-proof@"
LONGEST = 20_000


async def find_targets(services: SharingServices, principal: Principal, text: str) -> list[Target]:
    """Return everything that the text may mean; ids, numbers and names must be exact.

    Raises InvalidError for an empty or endless text, and for a receipt that is not of this log.
    """
    wanted = text.strip()
    if not 2 <= len(wanted) <= LONGEST:  # noqa: PLR2004  a Chinese name has two letters at least
        raise _unfit()
    if wanted.startswith(RECEIPT):
        # A browser's text box sends CRLF, and trims nothing that the format needs but the end.
        return await _of_body(services, await _proven(services, wanted.replace("\r\n", "\n")))
    if not wanted.isprintable():
        raise _unfit()
    found = [
        *await _by_id(services, wanted),
        *await _apps(services, wanted),
        *await _people(services, principal, wanted),
    ]
    pupils = await find_student(services.runtime, wanted)
    return [*found, *(Target("pupil", student_id, "一名学生") for student_id in pupils)]


def _unfit() -> InvalidError:
    return InvalidError(
        "请输入要查找的内容", field="text", rule="只做精确查找", remedy="编号、号码或者完整名称"
    )


async def _by_id(services: SharingServices, text: str) -> list[Target]:
    database = services.runtime.database
    if text.startswith("entry_"):
        logged = (await entries(services.runtime, [text])).get(text)
        return await _of_body(services, logged.body) if logged else []
    if await database.read(audit.approvals_by_id([text])):
        return [Target("approval", text, "一份批准")]
    if await database.read(requests.by_id(text)):
        return [Target("request", text, "一份数据申请")]
    if await database.read(audit.disclosure_of(text)):
        return [Target("disclosure", text, "一次提供")]
    return []


async def _of_body(services: SharingServices, body: bytes) -> list[Target]:
    """Return what a log entry tells of."""
    entry = orjson.loads(body)
    for key in ("release", "approval", "client"):
        if isinstance(entry.get(key), str):
            return await _by_id(services, entry[key]) or await _apps(services, entry[key])
    return []


async def _apps(services: SharingServices, text: str) -> list[Target]:
    found = []
    for organisation in await recipients(services):
        if text in (organisation.id, organisation.name, organisation.uscc):
            found.append(Target("recipient", organisation.id, f"接收方：{organisation.name}"))
        for client in await services.clients.clients_of(organisation.id):
            if text in (client.client_id, client.name):
                title = f"应用：{client.name}（{organisation.name}）"
                found.append(Target("client", client.client_id, title))
    return found


async def _people(services: SharingServices, principal: Principal, text: str) -> list[Target]:
    rows = await services.runtime.database.read(audit.people_called(text))
    named = {row.id: f"人员：{row.name}" for row in rows}
    if text.startswith("person_") and await accesses_by_person(
        services.runtime, principal, PersonId(text)
    ):
        named.setdefault(text, "一名查阅过学籍的人员")
    return [Target("person", key, title) for key, title in sorted(named.items())]


async def _proven(services: SharingServices, text: str) -> bytes:
    """Return the entry that a receipt proves."""
    try:
        receipt = Receipt.parse(text if text.endswith("\n") else text + "\n")
        body = await _body_at(services, receipt.index)
        heads = await services.runtime.database.read(log_rows.newest_head())
        receipt.verify(body, heads[0].vkey)
    except (ReceiptError, NoteError, ProofError) as error:
        raise InvalidError(
            f"这份回执与本系统的账本不符：{error}", field="text", rule="C2SP tlog-proof",
            remedy="请原样粘贴回执全文；如确为本系统出具，请立即报告",
        ) from error  # fmt: skip
    return body


async def _body_at(services: SharingServices, index: int) -> bytes:
    rows = await services.runtime.database.read(log_rows.sealed_bodies(index, index + 1))
    if not rows:
        raise ReceiptError("账本中没有这个序号的条目")
    body: bytes = rows[0].body
    return body
