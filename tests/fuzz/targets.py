"""The fuzz targets: each accepts any bytes, and raises only its documented errors."""

import base64
import contextlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from jwt import PyJWS
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from embeddings.core.errors import ImageError, UnsupportedImageError
from embeddings.decode.decode import decode_base64, decode_image
from embeddings.decode.image_header import read_header
from service.accounts.tokens import ALGORITHM, AccessTokens
from service.checking.face_faults import read_document
from service.domain.errors import PasskeyInvalidError, TokenExpiredError, TokenInvalidError
from service.http import passkey_schemas, schemas
from service.http.body import parse
from service.http.errors import ConsentRequiredError, MalformedJsonError, RequestError
from service.http.openid.authorization import parsed
from service.http.schemas import Request
from service.keys.signing import SigningKey
from service.keys.signing_keys import SigningKeys
from service.openid.asked import Asked, AskedError, UnknownLevelError
from service.openid.asking import Asking
from service.openid.client_tokens import ClientTokens
from service.openid.clients import Client
from service.openid.id_token_hints import read_hint
from service.passkeys.relying_party import RelyingParty
from service.passkeys.verification import (
    Assertion,
    Attestation,
    signed_challenge,
    verify_login,
    verify_registration,
)
from service.transfer.vectors import VectorLine
from tests.authenticator import Authenticator, decoded, encoded
from tests.embeddings.damage import FILES

MAX_PIXELS = 1_000_000

REQUESTS: Sequence[type[Request]] = sorted(
    (
        kind
        for kind in {**vars(schemas), **vars(passkey_schemas)}.values()
        if isinstance(kind, type) and issubclass(kind, Request) and kind is not Request
    ),
    key=lambda kind: kind.__name__,
)
"""All request bodies."""


@dataclass(frozen=True)
class OneKey:
    """A key set with one key."""

    key: SigningKey

    def signer(self) -> SigningKey:
        return self.key

    def verifier(self, key_id: str) -> SigningKey | None:
        return self.key if key_id == self.key.key_id else None


@dataclass(frozen=True)
class Target:
    """A fuzz target.

    Attributes:
        run: the function that gets the input.
        seeds: complete initial inputs; small, and without faces.
        max_length: maximum bytes of an input.
        words: byte strings that are sometimes inserted as a whole.
    """

    run: Callable[[bytes], None]
    seeds: Sequence[bytes]
    max_length: int = 4096
    words: Sequence[bytes] = ()


def header(data: bytes) -> None:
    """``embeddings.decode.image_header``."""
    with contextlib.suppress(UnsupportedImageError):
        found = read_header(data)
        assert found.width > 0
        assert found.height > 0


def image(data: bytes) -> None:
    """``embeddings.decode.decode``, from a file."""
    with contextlib.suppress(ImageError):
        height, width, channels = decode_image(data, MAX_PIXELS).pixels.shape
        assert channels == 3
        assert 0 < height * width <= MAX_PIXELS


def text(data: bytes) -> None:
    """``embeddings.decode.decode``, from base64."""
    with contextlib.suppress(ImageError):
        decode_base64(data.decode("utf-8", "surrogateescape"), MAX_PIXELS)


def request(data: bytes) -> None:
    """Request bodies; the first byte chooses which."""
    if not data:
        return
    kind, body = REQUESTS[data[0] % len(REQUESTS)], data[1:]
    with (
        _application().test_request_context("/", method="POST", data=body, content_type="application/json"),
        contextlib.suppress(ConsentRequiredError, HTTPException, MalformedJsonError, RequestError),
    ):
        parse(kind)


def token(data: bytes) -> None:
    """Access tokens as sent, and validly signed tokens with these claims."""
    key, tokens = signed_by_us()
    signed = PyJWS().encode(data, key.private, algorithm=ALGORITHM, headers={"kid": key.key_id})
    for sent in (data.decode("latin-1"), signed):
        with contextlib.suppress(TokenExpiredError, TokenInvalidError):
            tokens.verify(sent)
        with contextlib.suppress(TokenExpiredError, TokenInvalidError):
            ClientTokens(cast(SigningKeys, OneKey(key)), "visage", timedelta(minutes=1)).verify(sent)


def authorization(data: bytes) -> None:
    """Authorization requests of OpenID, as the query of an address."""
    values = parsed(data.decode("utf-8", "replace"))
    with contextlib.suppress(AskedError, UnknownLevelError):
        Asked.parse(values.to_dict())
    client = Client("app", "App", None, ["http://127.0.0.1/"], (), ("openid",), False, None, "RS256", None)
    client.may_redirect_to(values.get("redirect_uri", ""))
    read_hint(values.get("id_token_hint", ""), [cast(SigningKeys, OneKey(signed_by_us()[0]))], "visage")
    Asking(b"key").asked_at(values.to_dict())


def document(data: bytes) -> None:
    """Stored ``facial_data``, and lines of an import."""
    with contextlib.suppress(ValidationError, ValueError):
        VectorLine.model_validate_json(data).face()
    with contextlib.suppress(ValueError):
        value = json.loads(data)
        with contextlib.suppress(ValueError):
            read_document(value)


def passkey(data: bytes) -> None:
    """What authenticators and browsers say: attestation objects, authenticator data and client data."""
    challenge = bytes(64)
    for attested, said in ((data, CLIENT_DATA[0]), (ATTESTATION, data)):
        with contextlib.suppress(PasskeyInvalidError):
            verify_registration(Attestation(b"1", said, attested), challenge, AT_LOCALHOST)
    said_at_login, data_at_login = CLIENT_DATA[1], decoded(_USED["authenticatorData"])
    for authenticated, said, key in (
        (data, said_at_login, b"\xa0"),
        (data_at_login, data, b"\xa0"),
        (data_at_login, said_at_login, data),
    ):
        with contextlib.suppress(PasskeyInvalidError):
            verify_login(Assertion(b"1", said, authenticated, b"1", None), challenge, key, AT_LOCALHOST)
    with contextlib.suppress(PasskeyInvalidError):
        signed_challenge(data)


@cache
def _application() -> Flask:
    return Flask("fuzzed")


@cache
def signed_by_us() -> tuple[SigningKey, AccessTokens]:
    """Returns a key, and the tokens that it signs."""
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    key = SigningKey(private, private.public_key(), "fuzz")
    return key, AccessTokens(cast(SigningKeys, OneKey(key)), "visage", "visage", timedelta(minutes=1))


def _words(*names: str) -> list[bytes]:
    return [f'"{name}":'.encode() for name in names]


IMAGE_WORDS = (
    b"IHDR",
    b"IEND",
    b"IDAT",
    b"VP8X",
    b"VP8L",
    b"VP8 ",
    b"RIFF",
    b"WEBP",
    b"\xff\xd8",
    b"\xff\xd9",
    b"\xff\xc0",
    b"\xff\xda",
)
JSON_WORDS = (b"null", b"true", b"[]", b"{}", b'""', b"1e999", b'"\\ud800"', b"-0.0")

CLAIMS = {
    "iss": "visage",
    "aud": "visage",
    "sub": "00000000-0000-4000-8000-000000000000",
    "iat": 1e9,
    "exp": 4e9,
    "jti": "1",
    "amr": ["pwd"],
    "acr": "urn:visage:pwd",
    "auth_time": 1_000_000_000,
    "sid": "00000000-0000-4000-8000-000000000000",
}
TOKEN_SEEDS = (json.dumps(CLAIMS).encode(), b"eyJhbGciOiJFZERTQSIsImtpZCI6ImZ1enoifQ.e30." + b"A" * 86)

DOCUMENT_SEED = json.dumps(
    {
        "version": 1,
        "enrolment": "00000000-0000-4000-8000-000000000000",
        "model": "facenet-casia-webface",
        "captures": [
            {"image": "1.jpg", "embeddings": {"facenet-casia-webface": base64.b64encode(b"\0<" * 512).decode()}}
        ],
    }
).encode()

LINE_SEED = json.dumps(
    {
        "username": "ada",
        "model": "facenet-casia-webface",
        "vectors": [[1.0, 2.0]],
        "enrolled_at": "2026-11-25T18:00:00Z",
    }
).encode()

AT_LOCALHOST = RelyingParty("localhost", ())
_OPTIONS = {
    "excludeCredentials": [],
    "user": {"id": "AA"},
    "rp": {"id": "localhost"},
    "rpId": "localhost",
    "challenge": encoded(bytes(64)),
}
_DEVICE = Authenticator()
_NEW, _USED = _DEVICE.create(_OPTIONS)["response"], _DEVICE.get(_OPTIONS)["response"]
ATTESTATION = decoded(_NEW["attestationObject"])
CLIENT_DATA = (decoded(_NEW["clientDataJSON"]), decoded(_USED["clientDataJSON"]))

TARGETS: Mapping[str, Target] = {
    "header": Target(header, FILES, words=IMAGE_WORDS),
    "image": Target(image, FILES, words=IMAGE_WORDS),
    "text": Target(text, [b"data:image/png;base64," + base64.b64encode(file) for file in FILES[:4]]),
    "request": Target(
        request,
        [bytes([number]) + b'{"username": "ada", "image": ""}' for number in range(len(REQUESTS))],
        words=(*_words(*{name for kind in REQUESTS for name in kind.model_fields}), *JSON_WORDS),
    ),
    "token": Target(token, TOKEN_SEEDS, words=(b".", b"eyJ", *_words(*CLAIMS), *JSON_WORDS)),
    "authorization": Target(
        authorization,
        [
            b"prompt=none&max_age=9&acr_values=urn:visage:face&redirect_uri=http://127.0.0.1:1/",
            b"claims=%7B%22id_token%22:%7B%22acr%22:%7B%22essential%22:true,%22values%22:[%22urn:visage:face%22]%7D%7D%7D",
            b"asked=1796091108000.00&id_token_hint=" + TOKEN_SEEDS[1],
        ],
        words=(b"&", b"=", b"%", b"http://[::1", b"http://127.0.0.1:99999", *JSON_WORDS),
    ),
    "passkey": Target(
        passkey,
        [ATTESTATION, *CLIENT_DATA, decoded(_USED["authenticatorData"])],
        words=(b"authData", b"attStmt", b"packed", b"none", b"\xa5\x01\x02\x03\x26\x20\x01", *JSON_WORDS),
    ),
    "document": Target(
        document,
        [DOCUMENT_SEED, LINE_SEED],
        words=(*_words("captures", "embeddings", "version", "model", "vectors", "consent"), *JSON_WORDS),
    ),
}
