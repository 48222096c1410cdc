"""How is the house put together? One function opens everything, one closes it."""

from dataclasses import dataclass

import policies
from identity.accounts.domain.policy import AccountPolicy
from identity.accounts.usecases.directory import RegistryDirectory
from identity.accounts.usecases.hasher import HashSettings, PasswordHasher
from identity.accounts.usecases.person_recipients import PersonRecipients
from identity.accounts.usecases.services import AccountServices, CookieSettings
from identity.accounts.usecases.signing_keys import KeyVerifier
from identity.provider.domain.config import ProviderConfig
from identity.provider.domain.vocabulary import Vocabulary
from identity.provider.usecases.cache import ProviderCache
from identity.provider.usecases.recipient_clients import RecipientClients
from identity.provider.usecases.rotate_keys import ensure_keys
from identity.provider.usecases.services import ProviderServices
from kernel.database import open_database
from kernel.envelope import open_keyring
from kernel.runtime import Clock, Runtime, system_clock
from ledger.domain.note import Signer
from ledger.usecases.sequencer import Sequencer
from registry.usecases.import_job import ImportServices
from registry.usecases.import_recipe import RuntimeRecipe
from registry.usecases.services import RegistryServices
from server.ports import Door, DoorPreview, Recipients, SignIns
from server.settings import Settings
from sharing.domain.log import EvidenceKey
from sharing.usecases.services import SharingServices
from sharing.usecases.signature_cache import CheckedSignatures


@dataclass(frozen=True, slots=True)
class House:
    """Everything that runs, by package."""

    runtime: Runtime
    accounts: AccountServices
    provider: ProviderServices
    sharing: SharingServices
    registry: RegistryServices
    imports: ImportServices
    sequencer: Sequencer


async def open_house(settings: Settings, clock: Clock = system_clock) -> House:
    """Open database, keys and log, and wire all services; the log is started.

    Raises KeyUnavailableError, LogError or FileNotFoundError: then nothing serves.
    """
    runtime = await open_runtime(settings, clock)
    signer = read_signer(settings)
    sequencer = Sequencer(runtime, signer, settings.log_path, signer.name if signer else "unsigned")
    accounts = wire_accounts(settings, runtime)
    sharing = _wire_sharing(settings, accounts, sequencer, signer)
    provider = await _wire_provider(settings, accounts, sharing)
    await sequencer.start()
    return House(
        runtime,
        accounts,
        provider,
        sharing,
        RegistryServices(runtime),
        _wire_imports(settings, runtime),
        sequencer,
    )


def _wire_imports(settings: Settings, runtime: Runtime) -> ImportServices:
    """Uploads lie in a folder that only the server reads, until their import has read them."""
    folder = settings.data / "imports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return ImportServices(runtime, RuntimeRecipe(settings.database, settings.kek()), folder)


async def close_house(house: House) -> None:
    """Seal what is left, then end threads and connections."""
    await house.sequencer.stop()
    house.accounts.hasher.close()
    house.runtime.database.close()


async def open_runtime(settings: Settings, clock: Clock = system_clock) -> Runtime:
    """Open database and keys only; enough for commands that neither serve nor seal."""
    kek = settings.kek()
    database = open_database(settings.database)
    keyring = await database.write(lambda connection: open_keyring(connection, kek))
    return Runtime(database, keyring, clock)


def read_signer(settings: Settings) -> Signer | None:
    """Return the log's signer; None if its key is missing: then nothing leaves."""
    if not settings.log_key_path.exists():
        return None
    return Signer.parse(settings.log_key_path.read_text().strip())


def wire_accounts(settings: Settings, runtime: Runtime) -> AccountServices:
    """Return the services of accounts."""
    return AccountServices(
        runtime,
        AccountPolicy(),
        PasswordHasher(HashSettings(settings.argon2_memory_kib, settings.argon2_passes)),
        settings.approver_root or None,
        CookieSettings(https=settings.https),
        RegistryDirectory(runtime, Recipients(runtime).name, Recipients(runtime).called),
    )


def _wire_sharing(
    settings: Settings, accounts: AccountServices, sequencer: Sequencer, signer: Signer | None
) -> SharingServices:
    runtime = accounts.runtime
    keys, previews = KeyVerifier(accounts), DoorPreview()
    previews.services = SharingServices(
        runtime=runtime,
        policy=policies.load(),
        verifier=CheckedSignatures(keys),
        keys=keys,
        people=PersonRecipients(runtime),
        clients=RecipientClients(runtime),
        preview=previews,
        log=sequencer,
        evidence=EvidenceKey(signer, settings.log_path) if signer else None,
    )
    return previews.services


async def _wire_provider(
    settings: Settings, accounts: AccountServices, sharing: SharingServices
) -> ProviderServices:
    runtime = accounts.runtime
    await ensure_keys(runtime)
    catalogue = sharing.policy.catalogue.values()
    vocabulary = Vocabulary(
        fields={field.oauth_scope: field.name for field in catalogue if field.oauth_scope},
        claims=tuple(field.claim for field in catalogue if field.claim),
    )
    return ProviderServices(
        ProviderConfig(settings.issuer),
        runtime,
        vocabulary,
        Door(sharing),
        SignIns(accounts),
        ProviderCache(runtime),
    )
