"""Which key is whose? A certificate says so, signed by the approver root key that is kept offline.

    xueyin-signing-key@v1
    person <person id>
    org <org id>
    algorithm ES256|Ed25519
    spki <base64 DER SubjectPublicKeyInfo>
    from <RFC 3339, UTC>
    to <RFC 3339, UTC>

as a C2SP signed note. The root's private half never comes near the server, so neither database
nor settings suffice to make a certificate.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from identity.accounts.domain.signing_key import PublicKey, parse_spki
from kernel.errors import InvalidError
from kernel.ids import OrgId, PersonId
from ledger.domain import note

HEADER = "xueyin-signing-key@v1"
NAMES = [HEADER, "person", "org", "algorithm", "spki", "from", "to"]
LARGEST = 4096
LONGEST_LIFE = timedelta(days=3 * 366)
IDENTIFIER = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A verified certificate: the key belongs to this person in this office for this time."""

    person_id: PersonId
    org_id: OrgId
    key: PublicKey
    valid_from: datetime
    valid_to: datetime
    text: str
    """The whole signed note, as evidence."""

    def covers(self, moment: datetime) -> bool:
        """Tell whether the certificate counts at that moment (the end excluded)."""
        return self.valid_from <= moment < self.valid_to


def issue(
    root: note.Signer, person_id: PersonId, org_id: OrgId, key: PublicKey, *,
    valid_from: datetime, valid_to: datetime,
) -> str:  # fmt: skip
    """Return the certificate note, signed by the root key (offline, on the command line).

    Raises InvalidError for an empty or too long validity or an id that is none.
    """
    _check(person_id, org_id, valid_from, valid_to)
    return note.sign(
        f"{HEADER}\nperson {person_id}\norg {org_id}\nalgorithm {key.algorithm}\n"
        f"spki {base64.b64encode(key.spki).decode()}\n"
        f"from {_time_text(valid_from)}\nto {_time_text(valid_to)}\n",
        root,
    )


def parse(text: str, root_vkey: str) -> Certificate:
    """Return the certificate; raises InvalidError unless the root key signed exactly this form."""
    text = text.replace("\r\n", "\n").strip("\n") + "\n"
    if len(text) > LARGEST:
        raise _refused("过长")
    try:
        body = note.open_note(text, [root_vkey])
    except Exception:  # noqa: BLE001  whatever a hostile note provokes, it is not a certificate
        raise _refused("没有批准机关根密钥的有效签名") from None
    lines = body.removesuffix("\n").split("\n")
    if [line.partition(" ")[0] for line in lines] != NAMES:
        raise _refused("格式不符")
    _, person, org, algorithm, spki, start, end = (line.partition(" ")[2] for line in lines)
    try:
        key = parse_spki(base64.b64decode(spki, validate=True))
        moments = [datetime.strptime(t, TIME).replace(tzinfo=UTC) for t in (start, end)]
    except (binascii.Error, ValueError):
        raise _refused("公钥或有效期的写法有误") from None
    if key.algorithm != algorithm:
        raise _refused("算法与公钥不符")
    _check(person, org, *moments)
    return Certificate(PersonId(person), OrgId(org), key, moments[0], moments[1], text)


def _check(person: str, org: str, start: datetime, end: datetime) -> None:
    if not (IDENTIFIER.fullmatch(person) and IDENTIFIER.fullmatch(org)):
        raise _refused("人员或机构编号有误")
    if not timedelta(0) < end - start <= LONGEST_LIFE:
        raise _refused("有效期应在三年以内且起止有序")


def _time_text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime(TIME)


def _refused(why: str) -> InvalidError:
    return InvalidError(
        f"密钥证书无效：{why}", field="certificate", rule=HEADER,
        remedy="请向批准机关的根密钥保管人重新申请",
    )  # fmt: skip
