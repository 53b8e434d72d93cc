"""An authenticator and its browser in software. Tests change its attributes to make it misbehave."""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1

PRESENT, VERIFIED, BACKUP_ELIGIBLE, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40
"""Flags of authenticator data (WebAuthn, 6.1)."""

ES256, EDDSA, RS256 = -7, -8, -257
"""COSE algorithms."""

Private = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey


@dataclass
class Credential:
    """A passkey with its private key."""

    credential_id: bytes
    private: Private
    user_handle: bytes
    domain: str


@dataclass
class Authenticator:
    """A device with passkeys.

    Attributes:
        origin: of the page that calls.
        verifies: whether it asks its user for a PIN or a biometric.
        backs_up: whether its passkeys are copied to other devices.
        count: its signature counter; None does not count.
        domain: the RP id that it signs, instead of the one in the options.
        algorithm: of new passkeys.
        client: further members of the client data.
    """

    origin: str = "http://localhost:8000"
    verifies: bool = True
    backs_up: bool = False
    count: int | None = 0
    domain: str | None = None
    algorithm: int = ES256
    client: dict[str, Any] = field(default_factory=dict)
    credentials: list[Credential] = field(default_factory=list)

    def create(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Makes a passkey, as ``navigator.credentials.create`` does; returns it in JSON form."""
        known = {encoded(one.credential_id) for one in self.credentials}
        assert not known & {one["id"] for one in options["excludeCredentials"]}, "InvalidStateError"
        made = Credential(
            secrets.token_bytes(32),
            _private(self.algorithm),
            decoded(options["user"]["id"]),
            options["rp"]["id"],
        )
        self.credentials.append(made)
        key = cbor2.dumps(_cose(made.private))
        attested = bytes(16) + len(made.credential_id).to_bytes(2, "big") + made.credential_id + key
        data = self._data(options["rp"]["id"], ATTESTED) + attested
        return {
            "id": encoded(made.credential_id),
            "rawId": encoded(made.credential_id),
            "type": "public-key",
            "response": {
                "clientDataJSON": encoded(self._client("webauthn.create", options)),
                "attestationObject": encoded(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
                "transports": ["internal", "hybrid"],
            },
            "clientExtensionResults": {},
        }

    def get(self, options: Mapping[str, Any], number: int = -1) -> dict[str, Any]:
        """Signs with one of its passkeys, as ``navigator.credentials.get`` does; returns the response in JSON form."""
        used = self.credentials[number]
        if self.count is not None:
            self.count += 1
        data, client = self._data(options["rpId"]), self._client("webauthn.get", options)
        signature = _sign(used.private, data + hashlib.sha256(client).digest())
        return {
            "id": encoded(used.credential_id),
            "rawId": encoded(used.credential_id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "response": {
                "clientDataJSON": encoded(client),
                "authenticatorData": encoded(data),
                "signature": encoded(signature),
                "userHandle": encoded(used.user_handle),
            },
            "clientExtensionResults": {},
        }

    def _data(self, domain: str, more: int = 0) -> bytes:
        flags = PRESENT | more
        flags |= VERIFIED if self.verifies else 0
        flags |= BACKUP_ELIGIBLE | BACKED_UP if self.backs_up else 0
        digest = hashlib.sha256((self.domain or domain).encode()).digest()
        return digest + bytes([flags]) + (self.count or 0).to_bytes(4, "big")

    def _client(self, kind: str, options: Mapping[str, Any]) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(said | self.client).encode()


def encoded(data: bytes) -> str:
    """Returns base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decoded(text: str) -> bytes:
    """Returns the bytes of base64url without padding."""
    return base64.urlsafe_b64decode(text + "==")


def _private(algorithm: int) -> Private:
    if algorithm == RS256:
        return rsa.generate_private_key(65537, 2048)
    return ed25519.Ed25519PrivateKey.generate() if algorithm == EDDSA else ec.generate_private_key(SECP256R1())


def _cose(private: Private) -> dict[int, Any]:
    """The public key in the form of RFC 9053."""
    if isinstance(private, rsa.RSAPrivateKey):
        numbers = private.public_key().public_numbers()
        return {1: 3, 3: RS256, -1: numbers.n.to_bytes(256, "big"), -2: numbers.e.to_bytes(3, "big")}
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return {1: 1, 3: EDDSA, -1: 6, -2: private.public_key().public_bytes_raw()}
    point = private.public_key().public_numbers()
    return {1: 2, 3: ES256, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}


def _sign(private: Private, data: bytes) -> bytes:
    if isinstance(private, rsa.RSAPrivateKey):
        return private.sign(data, padding.PKCS1v15(), hashes.SHA256())
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return private.sign(data)
    return private.sign(data, ec.ECDSA(hashes.SHA256()))
