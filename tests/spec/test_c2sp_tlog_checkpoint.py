"""https://c2sp.org/tlog-checkpoint: origin, size, root."""

import pytest

from ledger.domain.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from ledger.domain.note import NoteError, Signer, sign

SIGNER = Signer.from_seed("example.com/behind-the-sofa", b"\x05" * 32)
ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
TEXT = f"example.com/behind-the-sofa\n20852163\n{ROOT}\n"


def test_the_example_of_the_specification_is_read_and_written_alike() -> None:
    checkpoint = Checkpoint.parse(TEXT)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.text == TEXT


def test_what_is_signed_opens_with_the_logs_key() -> None:
    checkpoint = Checkpoint(SIGNER.name, 7, bytes(32))
    assert open_checkpoint(sign_checkpoint(checkpoint, SIGNER), SIGNER.vkey) == checkpoint


def test_extension_lines_are_passed_over_but_not_when_empty() -> None:
    assert Checkpoint.parse(f"{TEXT}extension\n") == Checkpoint.parse(TEXT)
    with pytest.raises(NoteError):
        Checkpoint.parse(f"{TEXT}\n")


@pytest.mark.parametrize(
    "text",
    [
        "", "a\n", f"a\n1\n{ROOT[:-2]}\n", f"\n1\n{ROOT}\n", f"a\n01\n{ROOT}\n", f"a\n-1\n{ROOT}\n",
        f"a\n+1\n{ROOT}\n", f"a\n１\n{ROOT}\n", f"a\n1e3\n{ROOT}\n", f"a\n{'9' * 40}\n{ROOT}\n",
        f"a\n1\n{ROOT} \n", "a\n1\nAAAA\n", f"a\n1\n{ROOT.replace('2I=', '2J=')}\n",
    ],
)  # fmt: skip
def test_any_other_form_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        Checkpoint.parse(text)


def test_a_checkpoint_of_another_log_under_our_key_is_refused() -> None:
    swapped = sign(f"other.example/log\n7\n{ROOT}\n", SIGNER)
    with pytest.raises(NoteError, match="来源"):
        open_checkpoint(swapped, SIGNER.vkey)
