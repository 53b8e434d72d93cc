"""The key pair that signs access tokens: made on first start, in a file that only the service's user can read."""

import base64
import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from service.errors import SigningKeyError


@dataclass(frozen=True)
class SigningKey:
    """An Ed25519 key pair.

    Attributes:
        private: signs tokens.
        public: verifies them.
        key_id: the public key's RFC 7638 thumbprint, sent as ``kid``.
    """

    private: Ed25519PrivateKey
    public: Ed25519PublicKey
    key_id: str

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """The public key as a JSON Web Key Set (RFC 7517, RFC 8037)."""
        return {"keys": [{**_public_members(self.public), "kid": self.key_id, "use": "sig", "alg": "EdDSA"}]}


def load_or_create_signing_key(folder: Path) -> SigningKey:
    """The key pair in ``folder``, made there if it is the first start; safe when several processes start at once.

    Raises SigningKeyError where there is a key that cannot be used.
    """
    path = folder / "signing.pem"
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _create(path)
    try:
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm, OSError):
        raise SigningKeyError(path) from None
    if not isinstance(private, Ed25519PrivateKey):
        raise SigningKeyError(path)
    public = private.public_key()
    return SigningKey(private, public, _thumbprint(public))


def _create(path: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    handle, draft = tempfile.mkstemp(dir=path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)  # unlike a rename, never replaces the key that another process has just made
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)


def _public_members(key: Ed25519PublicKey) -> dict[str, str]:
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return {"crv": "Ed25519", "kty": "OKP", "x": _base64url(raw)}


def _thumbprint(key: Ed25519PublicKey) -> str:
    canonical = json.dumps(_public_members(key), separators=(",", ":"), sort_keys=True)
    return _base64url(hashlib.sha256(canonical.encode()).digest())


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
