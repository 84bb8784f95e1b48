"""Signs a report: PAdES (ETSI.CAdES.detached) by the key and certificate of a PKCS#12 file, invisible on the page.

A visible stamp would break both standards of the file; the page itself prints who signs. The signature says that the
file is whole and from whoever holds the key, and allows no change after it.
"""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyhanko.sign.signers import SimpleSigner

FIELD = "Signature"


class SigningError(Exception):
    """The key can't be used; the message says why, without anything of the key."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that was opened; `name` is what its certificate calls the holder, who it is from `since` `until` then."""

    key: "SimpleSigner"
    name: str
    since: datetime
    until: datetime


def opened(pkcs12: bytes, password: str) -> Signer:
    """Raises SigningError."""
    from pyhanko.sign.signers import SimpleSigner

    try:
        key = SimpleSigner.load_pkcs12_data(pkcs12, other_certs=[], passphrase=password.encode())
    except (ValueError, TypeError, KeyError) as e:  # what is within is a secret, and so is the library's word on it
        raise SigningError("the report's key cannot be opened: no PKCS#12 file, or another password") from e
    if key is None or key.signing_cert is None:
        raise SigningError("the report's key cannot be opened: no PKCS#12 file, or another password")
    certificate = key.signing_cert
    named = certificate.subject.native
    name = named.get("common_name") or named.get("organization_name") or certificate.serial_number
    return Signer(key, str(name), certificate.not_valid_before, certificate.not_valid_after)


def signed(pdf: bytes, signer: Signer) -> bytes:
    """The file with a signature appended; nothing of the file itself changes. Raises SigningError."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
    from pyhanko.sign.general import SigningError as LibraryError
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

    said = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    out = BytesIO()
    try:
        # PDF/A wants an end of line after %%EOF where more follows
        writer = IncrementalPdfFileWriter(BytesIO(pdf.rstrip(b"\r\n") + b"\n"))
        PdfSigner(said, signer.key, new_field_spec=SigFieldSpec(FIELD)).sign_pdf(writer, output=out)
    except (LibraryError, ValueError) as e:
        raise SigningError(f"the report could not be signed: {e}") from e
    return out.getvalue()
