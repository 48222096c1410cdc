"""What do the use cases of sharing need? Wired once by the composition root."""

from dataclasses import dataclass

from kernel.runtime import Runtime
from policies import Policy
from sharing.requests.domain.directory import ClientDirectory, PeopleDirectory
from sharing.requests.domain.log import EvidenceKey, LogPort
from sharing.requests.domain.preview import PreviewPort
from sharing.requests.domain.signing import KeyDirectory, SignatureVerifier


@dataclass(frozen=True, slots=True)
class SharingServices:
    """Ports and facts. `verifier` is best wrapped in `signature_cache.CheckedSignatures`."""

    runtime: Runtime
    policy: Policy
    verifier: SignatureVerifier
    keys: KeyDirectory
    people: PeopleDirectory
    clients: ClientDirectory
    preview: PreviewPort
    log: LogPort
    evidence: EvidenceKey | None = None
    """What signs evidence; None while the log's key is missing: then there is none."""
