"""https://c2sp.org/signed-note: text, signature lines, verifier keys."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.note import NoteError, Signer, VerifierKey, open_note, sign, split

# The example printed in the specification.
VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
NOTE = """This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""  # noqa: E501  as printed
OURS = Signer.from_seed("registry.example/log", b"\x01" * 32)
OTHER = Signer.from_seed("other.example/log", b"\x02" * 32)
SAME_NAME = Signer.from_seed("registry.example/log", b"\x03" * 32)
TEXT = "first line\n\nthird line\n"


def test_the_example_of_the_specification_opens() -> None:
    assert open_note(NOTE, [VKEY]) == "This is an example message.\n"


def test_what_is_signed_opens_with_the_verifier_key_alone() -> None:
    assert open_note(sign(TEXT, OURS), [OURS.vkey]) == TEXT


def test_the_text_is_separated_by_the_last_empty_line() -> None:
    assert split(sign(TEXT, OURS))[0] == TEXT


def test_signatures_of_unknown_keys_are_ignored_even_under_a_known_name() -> None:
    lines = "".join(sign(TEXT, key).split("\n\n")[-1] for key in (OTHER, SAME_NAME))
    assert open_note(sign(TEXT, OURS) + lines, [OURS.vkey]) == TEXT


def test_sixteen_and_more_signature_lines_are_accepted() -> None:
    strangers = [Signer.from_seed(f"w{n}.example", bytes([n]) * 32) for n in range(20)]
    lines = "".join(sign(TEXT, key).split("\n\n")[-1] for key in strangers)
    assert open_note(sign(TEXT, OURS) + lines, [OURS.vkey]) == TEXT


def test_a_note_without_a_trusted_signature_is_refused() -> None:
    with pytest.raises(NoteError, match="没有可信密钥"):
        open_note(sign(TEXT, OURS), [OTHER.vkey, SAME_NAME.vkey])
    with pytest.raises(NoteError):
        open_note(sign(TEXT, OURS), [])


def test_a_known_key_that_fails_spoils_the_note_even_beside_one_that_holds() -> None:
    bad = sign("another text\n", OTHER).split("\n\n")[-1]
    with pytest.raises(NoteError, match="不符"):
        open_note(sign(TEXT, OURS) + bad, [OURS.vkey, OTHER.vkey])


@pytest.mark.parametrize(
    "note",
    [
        "", "no blank line\n", TEXT, f"{TEXT}\n", sign(TEXT, OURS)[:-1], sign(TEXT, OURS) + "\n",
        sign(TEXT, OURS) + "not a signature line\n", sign(TEXT, OURS).replace("— ", "- "),
        sign(TEXT, OURS).replace("— ", "—"), sign(TEXT, OURS).replace("\n", "\r\n"),
        sign(TEXT, OURS).replace("third", "th\x00ird"), sign(TEXT, OURS) + "— a+b AAAAAAAA\n",
        sign(TEXT, OURS) + "— a.example AAAA\n", sign(TEXT, OURS) + "— a.example ====\n",
        sign(TEXT, OURS) + "— \u00a0 AAAAAAAAAAA=\n",
        sign(TEXT, OURS) + "— a.example AAAAAAAAAAA=\n" * 100,
    ],
)  # fmt: skip
def test_any_other_form_is_refused(note: str) -> None:
    with pytest.raises(NoteError):
        open_note(note, [OURS.vkey])


@pytest.mark.parametrize("text", ["", "no newline", "tab\there\n", "\x1b[31m\n", "\ud800\n"])
def test_unfit_text_is_not_signed(text: str) -> None:
    with pytest.raises(NoteError):
        sign(text, OURS)


@pytest.mark.parametrize("bit", range(8))
def test_every_flipped_bit_of_a_note_is_detected(bit: int) -> None:
    note = sign(TEXT, OURS).encode()
    for place in range(len(note)):
        spoilt = bytearray(note)
        spoilt[place] ^= 1 << bit
        with pytest.raises((NoteError, UnicodeDecodeError)):
            open_note(spoilt.decode(), [OURS.vkey])


def test_unused_trailing_bits_of_base64_are_not_forgiven() -> None:
    """Python's decoder reads `…aQM=` and `…aQN=` as the same bytes (RFC 4648 section 3.5)."""
    signature = NOTE.rsplit(maxsplit=1)[-1]
    assert signature.endswith("QM=")
    with pytest.raises(NoteError, match="规范"):
        open_note(NOTE.replace(signature, signature[:-2] + "N="), [VKEY])


@given(st.text(max_size=200))
def test_no_text_crashes_the_parser(text: str) -> None:
    with pytest.raises(NoteError):
        open_note(text, [OURS.vkey])


def test_verifier_keys_round_trip_and_private_keys_stay_hidden() -> None:
    again = Signer.parse(OURS.skey)
    assert (again.vkey, again.skey) == (OURS.vkey, OURS.skey)
    assert OURS.skey.startswith("PRIVATE+KEY+registry.example/log+")
    assert VerifierKey.parse(VKEY).key_id.hex() == "530d903a"
    assert OURS.skey.split("+")[-1] not in repr(OURS)


def test_a_key_whose_base64_holds_a_plus_is_read() -> None:
    shuffled = random.Random(7)  # noqa: S311  test data
    keys = [Signer.from_seed("p.example", shuffled.randbytes(32)) for _ in range(60)]
    with_plus = [key for key in keys if key.vkey.count("+") > 2]
    assert with_plus
    for key in with_plus:
        assert open_note(sign(TEXT, key), [key.vkey]) == TEXT


@pytest.mark.parametrize(
    "vkey",
    [
        "", "name", "name+530d903a", VKEY.replace("530d903a", "530d903b"),
        VKEY.replace("example.com/foo", "example.com/bar"), VKEY + "A", VKEY[:-4],
        VKEY.replace("+Ae", "+Be"), VKEY.replace("example.com/foo", ""),
        VKEY.replace("example", "exa mple"), OURS.skey,
    ],
)  # fmt: skip
def test_other_spellings_of_a_verifier_key_are_refused(vkey: str) -> None:
    with pytest.raises(NoteError):
        VerifierKey.parse(vkey)


@pytest.mark.parametrize("skey", ["", OURS.vkey, OURS.skey[:-4], OURS.skey.replace("log+", "lag+")])
def test_a_damaged_private_key_is_refused_without_being_repeated(skey: str) -> None:
    with pytest.raises(NoteError) as caught:
        Signer.parse(skey)
    assert not skey or skey not in str(caught.value)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\n", "a\u2003b", "\ud800"])
def test_unfit_key_names_are_refused(name: str) -> None:
    with pytest.raises(NoteError):
        Signer.from_seed(name, b"\x01" * 32)
