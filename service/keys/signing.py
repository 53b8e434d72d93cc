"""A key pair that signs access tokens, in a file that only the service's user can read."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from service.domain.operator_errors import SigningKeyError
from service.runtime.durable_files import create


@dataclass(frozen=True)
class SigningKey:
    """An Ed25519 key pair; two with the same id are equal.

    Attributes:
        private: signs tokens.
        public: verifies them.
        key_id: the public key's RFC 7638 thumbprint, sent as ``kid``.
    """

    private: Ed25519PrivateKey = field(compare=False, repr=False)
    public: Ed25519PublicKey = field(compare=False, repr=False)
    key_id: str

    def jwk(self) -> dict[str, str]:
        """The public key as a JSON Web Key (RFC 7517, RFC 8037)."""
        return {**_public_members(self.public), "kid": self.key_id, "use": "sig", "alg": "EdDSA"}


def read_signing_key(path: Path) -> SigningKey:
    """Reads the key pair in a file. Raises SigningKeyError if it cannot be used, or FileNotFoundError."""
    try:
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError:
        raise
    except (ValueError, TypeError, UnsupportedAlgorithm, OSError):
        raise SigningKeyError(path) from None
    if not isinstance(private, Ed25519PrivateKey):
        raise SigningKeyError(path)
    public = private.public_key()
    return SigningKey(private, public, _thumbprint(public))


def create_signing_key(path: Path) -> None:
    """Creates a file with a new key pair, completely or not at all, unless the file exists. Raises OSError."""
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    create(path, pem)


def _public_members(key: Ed25519PublicKey) -> dict[str, str]:
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return {"crv": "Ed25519", "kty": "OKP", "x": _base64url(raw)}


def _thumbprint(key: Ed25519PublicKey) -> str:
    canonical = json.dumps(_public_members(key), separators=(",", ":"), sort_keys=True)
    return _base64url(hashlib.sha256(canonical.encode()).digest())


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
