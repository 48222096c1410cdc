"""Put every look at a preview on record: its sample rows are pupils', however transformed.

Source: 《未成年人网络保护条例》第三十六条 (访问记录). Which pupils they are lies sealed beside the
frozen preview; the preview itself does not name them.
"""

import orjson

from kernel.canonical import canonical_bytes
from kernel.ids import DataRequestId, StudentId
from kernel.principal import Principal
from registry.domain.access import Look, LookKind
from registry.usecases.record_look import record_look
from sharing.requests.domain.preview import Preview
from sharing.requests.store import attachments
from sharing.requests.store.attachments import Attachment
from sharing.requests.usecases.services import SharingServices

KIND = "preview_pupils"


def sampled(preview: Preview) -> Attachment:
    """Return who is in the sample, to be frozen with the preview."""
    document = {
        "preview": preview.digest, "pupils": list(preview.pupils),
        "fields": [column.field for column in preview.columns],
    }  # fmt: skip
    return Attachment(KIND, "预览所含学生.json", "application/json", canonical_bytes(document))


async def record_preview_look(
    services: SharingServices, principal: Principal, request_id: DataRequestId, digest: str
) -> None:
    """Return once the look at that frozen preview is durable; raises if it cannot be.

    A preview of anonymous rows or of counts is about nobody and leaves no look.
    """
    runtime = services.runtime
    for row in await runtime.database.read(attachments.select_kind(request_id, KIND)):
        found = orjson.loads(attachments.open_row(runtime.keyring, row).content)
        if found["preview"] != digest:
            continue
        look = Look(
            LookKind.PREVIEW, ",".join(sorted(principal.roles)), tuple(found["fields"]),
            f"数据申请 {request_id} 的预览",
        )  # fmt: skip
        await record_look(runtime, principal, [StudentId(one) for one in found["pupils"]], look)
        return
