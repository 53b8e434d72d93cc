"""A key pair that signs tokens, in a file that only the service's user can read."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key

from service.domain.operator_errors import SigningKeyError
from service.runtime.durable_files import create

Algorithm = Literal["EdDSA", "RS256"]
"""How tokens are signed: with Ed25519, or with RSA for clients of OpenID Connect that know nothing newer."""

ALGORITHMS: tuple[Algorithm, ...] = get_args(Algorithm)

PrivateKey = Ed25519PrivateKey | RSAPrivateKey
PublicKey = Ed25519PublicKey | RSAPublicKey

RSA_BITS = 3072
"""As NIST SP 800-57 asks for protection beyond 2030."""


@dataclass(frozen=True)
class SigningKey:
    """A key pair; two with the same id are equal.

    Attributes:
        private: signs tokens.
        public: verifies them.
        key_id: the public key's RFC 7638 thumbprint, sent as ``kid``.
    """

    private: PrivateKey = field(compare=False, repr=False)
    public: PublicKey = field(compare=False, repr=False)
    key_id: str

    @property
    def algorithm(self) -> Algorithm:
        """How the key signs."""
        return "RS256" if isinstance(self.private, RSAPrivateKey) else "EdDSA"

    def jwk(self) -> dict[str, str]:
        """The public key as a JSON Web Key (RFC 7517, RFC 8037)."""
        return {**_public_members(self.public), "kid": self.key_id, "use": "sig", "alg": self.algorithm}


def read_signing_key(path: Path) -> SigningKey:
    """Reads the key pair in a file. Raises SigningKeyError if it cannot be used, or FileNotFoundError."""
    try:
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError:
        raise
    except (ValueError, TypeError, UnsupportedAlgorithm, OSError):
        raise SigningKeyError(path) from None
    if not isinstance(private, PrivateKey):
        raise SigningKeyError(path)
    public = private.public_key()
    return SigningKey(private, public, _thumbprint(public))


def create_signing_key(path: Path, algorithm: Algorithm) -> None:
    """Creates a file with a new key pair, completely or not at all, unless the file exists. Raises OSError."""
    if algorithm == "EdDSA":
        create(path, _pem(Ed25519PrivateKey.generate()))
    else:
        create(path, _pem(generate_private_key(65537, RSA_BITS)))


def _pem(key: PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _public_members(key: PublicKey) -> dict[str, str]:
    """The members of a JSON Web Key that its thumbprint covers (RFC 7638)."""
    if isinstance(key, RSAPublicKey):
        numbers = key.public_numbers()
        return {"kty": "RSA", "n": _base64url(_bytes(numbers.n)), "e": _base64url(_bytes(numbers.e))}
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return {"crv": "Ed25519", "kty": "OKP", "x": _base64url(raw)}


def _bytes(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _thumbprint(key: PublicKey) -> str:
    canonical = json.dumps(_public_members(key), separators=(",", ":"), sort_keys=True)
    return _base64url(hashlib.sha256(canonical.encode()).digest())


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
