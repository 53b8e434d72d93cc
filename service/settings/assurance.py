"""The settings of passkeys and of the level that logins must reach; a part of ``service.settings.model``."""

from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, StringConstraints
from pydantic_settings import BaseSettings

from service.domain.levels import Level, Requirement, required_level
from service.domain.liveness_mode import LivenessMode


class AssuranceSettings(BaseSettings):
    """Passkeys, and the level that logins must reach."""

    require: Requirement = Field(
        "any",
        description="Login that your application's tokens need ([which to ask for](security.md#which-login-to-ask-for))"
        ": `any`, `pwd`, `face`, `face:passive`, `face:challenge`, `passkey`, `face+passkey` or"
        " `face:challenge+passkey`.",
    )
    passkey_domain: (
        Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^[a-z0-9.-]+$")] | None
    ) = Field(
        None,
        description="Domain that passkeys are bound to: the host of the public address, or a domain above it, such as "
        "`example.org`, whose other hosts can then use the passkeys too. Unset: that host. A change makes all passkeys "
        "useless.",
    )

    @property
    def required_level(self) -> Level | None:
        """The level that ``require`` stands for; None for any."""
        return required_level(self.require)


def check_passkey_domain(domain: str | None, public_url: str | None) -> None:
    """Raises ValueError if a page at the public address could not use passkeys of this domain."""
    if domain is None:
        return
    if public_url is None:
        raise ValueError("VISAGE_PASSKEY_DOMAIN needs VISAGE_PUBLIC_URL")
    host = urlsplit(public_url).hostname or ""
    if "." not in domain or is_address(host) or not is_within(host, domain):
        raise ValueError("VISAGE_PASSKEY_DOMAIN must be the host of VISAGE_PUBLIC_URL, or a domain above it")


def check_requirement(required: Level | None, liveness: LivenessMode, public_url: str | None) -> None:
    """Raises ValueError if no login could ever reach the required level."""
    if required is None:
        return
    if liveness == "off" and required.satisfies(Level.PASSIVE_FACE):
        raise ValueError("VISAGE_REQUIRE asks for a liveness check: set VISAGE_LIVENESS too")
    if required.satisfies(Level.PASSKEY) and is_address(urlsplit(public_url or "").hostname or ""):
        raise ValueError("VISAGE_REQUIRE asks for a passkey, which needs a domain name in VISAGE_PUBLIC_URL")


def is_address(host: str) -> bool:
    """Whether a host is an IP address, to which passkeys cannot be bound."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_within(host: str, domain: str) -> bool:
    """Whether a host is a domain itself, or below it."""
    return host == domain or host.endswith(f".{domain}")
