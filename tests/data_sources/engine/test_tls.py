"""Certificates are checked, against the name that was asked for, though an address is connected to."""

import ssl
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from city.clock import WorldClock
from data_sources.engine.contract import SourceError
from data_sources.engine.http import Door, Request
from data_sources.engine.secrets import Secrets
from tests.data_sources.engine.stub import Stub


def certificate(folder: Path) -> tuple[Path, Path]:
    """A key, and its own certificate for `localhost`."""
    key, now = ec.generate_private_key(ec.SECP256R1()), WorldClock().now()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now - timedelta(hours=1), now + timedelta(hours=1)
    ).add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, *plain))
    (folder / "cert.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return folder / "key.pem", folder / "cert.pem"


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A server by https, its port and its certificate."""
    key, cert = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server = Stub()
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.bodies["/down"] = (b"", {"status": "302", "location": "http://localhost/ok"})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_port, cert
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def test_a_certificate_that_nobody_vouches_for_is_refused(secure: tuple[int, Path]) -> None:
    door = Door(WorldClock(), Secrets({}))
    with pytest.raises(SourceError, match="CERTIFICATE_VERIFY_FAILED"):
        door.get(Request(f"https://localhost:{secure[0]}/ok", private=True))
    door.close()


def test_an_authority_of_the_system_s_own_is_trusted_for_its_names(
    secure: tuple[int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, cert = secure
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    door = Door(WorldClock(), Secrets({}))
    assert door.get(Request(f"https://localhost:{port}/ok", private=True)).status == 200
    with pytest.raises(SourceError, match=r"IP address mismatch|doesn't match|not valid for"):
        door.get(Request(f"https://127.0.0.1:{port}/ok", private=True))
    with pytest.raises(SourceError, match="without encryption"):
        door.get(Request(f"https://localhost:{port}/down", private=True))
    door.close()
