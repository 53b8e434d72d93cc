"""The bodies of requests with the response of an authenticator, in the JSON form of WebAuthn, 5.1.

Members that the service does not use are ignored: browsers send several, and later ones may send more.
"""

import base64
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.domain.names import DisplayName
from service.http.schemas import Request
from service.passkeys.verification import MAX_CREDENTIAL_ID, Assertion, Attestation

BASE64URL = r"^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2,3})?$"
"""Base64url without padding (RFC 7515, 2)."""

MAX_ID = MAX_CREDENTIAL_ID * 4 // 3 + 1
MAX_BINARY = 8192
"""Characters of one binary member. The largest, an attestation with an RSA key, has about 2,000."""

MAX_HANDLE = 86
"""Characters; WebAuthn allows 64 bytes (5.4.3)."""

MAX_TRANSPORTS = 16

CredentialId = Annotated[str, Field(min_length=1, max_length=MAX_ID, pattern=BASE64URL)]
Binary = Annotated[str, Field(min_length=1, max_length=MAX_BINARY, pattern=BASE64URL)]
UserHandle = Annotated[str, Field(max_length=MAX_HANDLE, pattern=BASE64URL)]


class Part(BaseModel):
    """The base of what a browser returns."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class AttestationBody(Part):
    """What an authenticator says of a new passkey."""

    client_data: Annotated[Binary, Field(alias="clientDataJSON")]
    attestation_object: Annotated[Binary, Field(alias="attestationObject")]
    transports: Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=MAX_TRANSPORTS)] = []


class AssertionBody(Part):
    """What an authenticator says at a login."""

    client_data: Annotated[Binary, Field(alias="clientDataJSON")]
    authenticator_data: Annotated[Binary, Field(alias="authenticatorData")]
    signature: Binary
    user_handle: Annotated[UserHandle | None, Field(alias="userHandle")] = None


class NewCredentialBody(Part):
    """A new credential: ``PublicKeyCredential.toJSON()`` after ``navigator.credentials.create()``."""

    id: CredentialId
    type: Literal["public-key"]
    response: AttestationBody


class CredentialBody(Part):
    """A credential: ``PublicKeyCredential.toJSON()`` after ``navigator.credentials.get()``."""

    id: CredentialId
    type: Literal["public-key"]
    response: AssertionBody


class AddPasskeyRequest(Request):
    """A user adds a passkey."""

    credential: NewCredentialBody
    name: DisplayName = "Passkey"

    @property
    def attestation(self) -> Attestation:
        """The response of the authenticator."""
        response = self.credential.response
        return Attestation(
            decoded(self.credential.id),
            decoded(response.client_data),
            decoded(response.attestation_object),
            response.transports,
        )


class PasskeyLoginRequest(Request):
    """A login by passkey."""

    credential: CredentialBody

    @property
    def assertion(self) -> Assertion:
        """The response of the authenticator."""
        response = self.credential.response
        return Assertion(
            decoded(self.credential.id),
            decoded(response.client_data),
            decoded(response.authenticator_data),
            decoded(response.signature),
            None if response.user_handle is None else decoded(response.user_handle),
        )


class PasskeyNameRequest(Request):
    """A user renames a passkey."""

    name: DisplayName


def decoded(text: str) -> bytes:
    """Decodes text that matches ``BASE64URL``."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
