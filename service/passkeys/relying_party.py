"""The domain that passkeys are bound to, and the origins whose pages may use them (WebAuthn, 5.1.2 and 7.1)."""

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from service.domain.errors import PasskeysOffError
from service.settings.assurance import is_address, is_within
from service.settings.model import Settings

LOCALHOST = "localhost"
"""The domain without a public address: browsers allow passkeys there without https, so that they can be tried out."""


@dataclass(frozen=True)
class RelyingParty:
    """Where passkeys can be used.

    Attributes:
        domain: the RP id; None if passkeys cannot be used, because the service has only an IP address.
        origins: the origins whose pages may use the passkeys; empty without a public address.
    """

    domain: str | None
    origins: Collection[str]

    @classmethod
    def of(cls, settings: Settings) -> "RelyingParty":
        """Returns where the passkeys of these settings can be used."""
        if settings.public_origin is None:
            return cls(LOCALHOST, ())
        domain = settings.passkey_domain or _host(settings.public_origin)
        if is_address(domain):
            return cls(None, ())
        return cls(domain, [one for one in (settings.public_origin, *settings.cors_origins) if _is_in(one, domain)])

    @property
    def id(self) -> str:
        """The domain; raises PasskeysOffError if there is none."""
        if self.domain is None:
            raise PasskeysOffError
        return self.domain

    def expected(self, origin: str) -> list[str]:
        """Returns the origins to accept, given the one that an authenticator has signed.

        Without a public address the service does not know on which port of this machine users see it.
        """
        if self.domain == LOCALHOST and not self.origins and _is_page_of_localhost(origin):
            return [origin]
        return list(self.origins)


def _is_page_of_localhost(origin: str) -> bool:
    return origin.startswith(("http://", "https://")) and _host(origin) == LOCALHOST


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).hostname or ""
    except ValueError:
        return ""


def _is_in(origin: str, domain: str) -> bool:
    return is_within(_host(origin), domain)
