"""Chromium's virtual authenticator: passkeys without a device (the DevTools protocol's domain ``WebAuthn``)."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import CDPSession, Page

OPTIONS = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@dataclass
class VirtualAuthenticator:
    """An authenticator of one page, whose user agrees to everything."""

    session: CDPSession
    identifier: str

    @classmethod
    def of(cls, page: Page) -> "VirtualAuthenticator":
        """Gives a page an authenticator."""
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable", {"enableUI": False})
        return cls(session, session.send("WebAuthn.addVirtualAuthenticator", {"options": OPTIONS})["authenticatorId"])

    def credentials(self) -> list[dict[str, Any]]:
        """Returns its passkeys with their private keys, in base64."""
        found: list[dict[str, Any]] = self._send("getCredentials")["credentials"]
        return found

    def keep(self, credential: dict[str, Any]) -> None:
        """Keeps only this passkey, which may be changed."""
        self._send("clearCredentials")
        self._send("addCredential", credential=credential)

    def verify(self, *, succeeds: bool) -> None:
        """Lets its user pass or fail the check of their PIN or biometric."""
        self._send("setUserVerified", isUserVerified=succeeds)

    def _send(self, method: str, **parameters: Any) -> dict[str, Any]:
        found: dict[str, Any] = self.session.send(
            f"WebAuthn.{method}", {"authenticatorId": self.identifier, **parameters}
        )
        return found
