"""What do the use cases of sharing need? Wired once by the composition root."""

from dataclasses import dataclass
from typing import Protocol

from kernel.ids import DataRequestId
from kernel.runtime import Runtime
from policies import Policy
from sharing.domain.directory import ClientDirectory, PeopleDirectory
from sharing.domain.log import LogPort
from sharing.domain.preview import Preview
from sharing.domain.scope import Scope
from sharing.domain.signing import KeyDirectory, SignatureVerifier


class PreviewMaker(Protocol):
    """Makes previews by the very function that releases: `sharing.usecases.preview.preview`."""

    async def __call__(
        self, services: "SharingServices", scope: Scope, data_request_id: DataRequestId
    ) -> Preview:
        """Return the preview as of now; raises InvalidError if no lawful plan can be made."""


@dataclass(frozen=True, slots=True)
class SharingServices:
    """Ports and facts. `verifier` is best wrapped in `signature_cache.CheckedSignatures`."""

    runtime: Runtime
    policy: Policy
    verifier: SignatureVerifier
    keys: KeyDirectory
    people: PeopleDirectory
    clients: ClientDirectory
    preview: PreviewMaker
    log: LogPort
