"""A signature that holds, and breaks with any byte. The key is made here, for the tests alone."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.generic import pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError as LibraryError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from reports.document import document, frozen
from reports.making import typeset
from reports.signing import Signer, SigningError, opened, signed
from tests.reports.conftest import scope

NAME = "Văn phòng Ủy ban"


def certificate() -> tuple[bytes, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=9))
        .add_extension(x509.KeyUsage(True, True, *[False] * 7), critical=True)
        .sign(key, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(b"k", key, made, None, BestAvailableEncryption(b"word")), made


@pytest.fixture(scope="module")
def key() -> bytes:
    return certificate()[0]


@pytest.fixture(scope="module")
def signer(key: bytes) -> Signer:
    return opened(key, "word")


@pytest.fixture(scope="module")
def unsigned(typeface: Path) -> bytes:
    return typeset(frozen(document(scope("empty", "en"))), typeface)


@pytest.fixture(scope="module")
def whole(unsigned: bytes, signer: Signer) -> bytes:
    return signed(unsigned, signer)


def holds(pdf: bytes, signer: Signer) -> bool:
    """Is there one signature, over everything, by this key?"""
    found = PdfFileReader(BytesIO(pdf)).embedded_signatures
    trusted = ValidationContext(trust_roots=[signer.key.signing_cert], allow_fetching=False)
    said = [validate_pdf_signature(s, signer_validation_context=trusted) for s in found]
    return [s.bottom_line for s in said] == [True]


def test_the_signature_holds_and_names_the_holder(whole: bytes, signer: Signer) -> None:
    assert signer.name == NAME and holds(whole, signer)
    assert b"/ETSI.CAdES.detached" in whole


def test_the_file_itself_is_as_it_was(whole: bytes, unsigned: bytes) -> None:
    assert whole.startswith(unsigned + b"\n")
    assert b"/Subtype/Stamp" not in whole and b"/AP" not in whole[len(unsigned) :]


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9])
def test_one_flipped_byte_shows(whole: bytes, unsigned: bytes, signer: Signer, share: float) -> None:
    at = int(share * len(unsigned))
    flipped = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
    try:
        found = holds(flipped, signer)
    except (PdfError, LibraryError, ValueError, KeyError):
        return  # the file can't even be read any more
    assert not found


def test_what_is_appended_later_shows(whole: bytes, signer: Signer) -> None:
    out, writer = BytesIO(), IncrementalPdfFileWriter(BytesIO(whole))
    writer.root["/Lang"] = pdf_string("xx")
    writer.update_root()
    writer.write(out)
    assert out.getvalue().startswith(whole) and not holds(out.getvalue(), signer)
    with pytest.raises(SigningError, match="could not be signed"):
        signed(whole, signer)


@pytest.mark.parametrize(("content", "password"), [(b"", "word"), (b"no key", "word"), (None, "another"), (None, "")])
def test_a_key_that_cannot_be_opened_says_so_and_nothing_of_itself(
    key: bytes, content: bytes | None, password: str
) -> None:
    with pytest.raises(SigningError, match="cannot be opened") as e:
        opened(key if content is None else content, password)
    assert "word" not in str(e.value).replace("password", "") and str(content) not in str(e.value)
