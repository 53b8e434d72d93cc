"""The verification of what authenticators sign, by the library ``webauthn``.

User verification is always required: the authenticator has asked for a PIN or a biometric, so that a passkey is two
factors in one. Attestation is neither asked for nor trusted: it would tell the model of the device, which no rule here
depends on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers import (
    bytes_to_base64url,
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    parse_attestation_object,
    parse_client_data_json,
)
from webauthn.helpers.structs import (
    AttestationFormat,
    AuthenticationCredential,
    AuthenticatorAssertionResponse,
    AuthenticatorAttestationResponse,
    CollectedClientData,
    RegistrationCredential,
)

from service.domain.errors import PasskeyInvalidError
from service.passkeys.relying_party import RelyingParty

MAX_CREDENTIAL_ID = 1023
"""Bytes (WebAuthn, 5.8.1)."""

MAX_PUBLIC_KEY = 1024
"""Bytes of a COSE key. RSA with 4096 bits, the largest in use, needs about 530; larger keys only cost time."""

FORMATS = (AttestationFormat.NONE, AttestationFormat.PACKED)
"""The attestation formats that browsers pass on where none was asked for: none, or a signature by the key itself."""

T = TypeVar("T")


@dataclass(frozen=True)
class Attestation:
    """The response of an authenticator to a registration, as bytes from a client.

    Attributes:
        credential_id: of the new passkey.
        client_data: what the browser says about the call: JSON.
        attestation_object: CBOR with the public key.
        transports: how the browser reaches the authenticator; checked words.
    """

    credential_id: bytes
    client_data: bytes
    attestation_object: bytes
    transports: Sequence[str] = ()


@dataclass(frozen=True)
class Assertion:
    """The response of an authenticator to a login, as bytes from a client.

    Attributes:
        credential_id: of the passkey.
        client_data: what the browser says about the call: JSON.
        authenticator_data: what the authenticator says about it.
        signature: of both.
        user_handle: whose passkey it is, as the registration has named them; None if the authenticator does not say.
    """

    credential_id: bytes
    client_data: bytes
    authenticator_data: bytes
    signature: bytes
    user_handle: bytes | None


@dataclass(frozen=True)
class NewPasskey:
    """A verified registration."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    aaguid: UUID
    backed_up: bool


@dataclass(frozen=True)
class Use:
    """A verified login: the authenticator's counter, and whether the passkey has a backup."""

    sign_count: int
    backed_up: bool


def signed_challenge(client_data: bytes) -> bytes:
    """Returns the challenge in a response that is not verified yet. Raises PasskeyInvalidError."""
    return _checked(lambda: _read(client_data).challenge)


def verify_registration(attestation: Attestation, challenge: bytes, relying_party: RelyingParty) -> NewPasskey:
    """Verifies the response to a registration. Raises PasskeyInvalidError."""
    return _checked(lambda: _registration(attestation, challenge, relying_party))


def verify_login(assertion: Assertion, challenge: bytes, public_key: bytes, relying_party: RelyingParty) -> Use:
    """Verifies the response to a login, except for the counter, which the caller compares.

    The library would compare the counter before the signature; then anybody could make a passkey look copied.

    Raises PasskeyInvalidError.
    """
    return _checked(lambda: _login(assertion, challenge, public_key, relying_party))


def _checked(check: Callable[[], T]) -> T:
    """Makes one error of all: for malformed input, the library and what it uses raise errors of a dozen classes."""
    try:
        return check()
    except Exception as error:
        raise PasskeyInvalidError(type(error).__name__) from None


def _read(client_data: bytes) -> CollectedClientData:
    read = parse_client_data_json(client_data)
    if read.cross_origin:
        raise ValueError("in a frame of another site")
    return read


def _registration(attestation: Attestation, challenge: bytes, relying_party: RelyingParty) -> NewPasskey:
    origin = _read(attestation.client_data).origin
    if parse_attestation_object(attestation.attestation_object).fmt not in FORMATS:
        raise ValueError("attestation")
    verified = verify_registration_response(
        credential=RegistrationCredential(
            id=bytes_to_base64url(attestation.credential_id),
            raw_id=attestation.credential_id,
            response=AuthenticatorAttestationResponse(
                client_data_json=attestation.client_data, attestation_object=attestation.attestation_object
            ),
        ),
        expected_challenge=challenge,
        expected_rp_id=relying_party.id,
        expected_origin=relying_party.expected(origin),
        require_user_verification=True,
    )
    key = verified.credential_public_key
    if len(verified.credential_id) > MAX_CREDENTIAL_ID or len(key) > MAX_PUBLIC_KEY:
        raise ValueError("size")
    if verified.credential_id != attestation.credential_id:
        raise ValueError("credential id")
    decoded_public_key_to_cryptography(decode_credential_public_key(key))  # fails for a key that can verify nothing
    return NewPasskey(
        verified.credential_id, key, verified.sign_count, UUID(verified.aaguid), verified.credential_backed_up
    )


def _login(assertion: Assertion, challenge: bytes, public_key: bytes, relying_party: RelyingParty) -> Use:
    origin = _read(assertion.client_data).origin
    verified = verify_authentication_response(
        credential=AuthenticationCredential(
            id=bytes_to_base64url(assertion.credential_id),
            raw_id=assertion.credential_id,
            response=AuthenticatorAssertionResponse(
                client_data_json=assertion.client_data,
                authenticator_data=assertion.authenticator_data,
                signature=assertion.signature,
                user_handle=assertion.user_handle,
            ),
        ),
        expected_challenge=challenge,
        expected_rp_id=relying_party.id,
        expected_origin=relying_party.expected(origin),
        credential_public_key=public_key,
        credential_current_sign_count=0,  # accepts every counter
        require_user_verification=True,
    )
    return Use(verified.new_sign_count, verified.credential_backed_up)
