"""Findings about settings that matter for a service that others can reach."""

from collections.abc import Iterator
from ipaddress import ip_address

from service.doctor.finding import Finding
from service.settings.model import WILDCARD_HOSTS, Settings


def examine_exposure(settings: Settings) -> Iterator[Finding]:
    """Reports how users reach the service, and who else can."""
    yield _address(settings)
    yield _proxies(settings)
    yield _sign_up(settings)
    yield _liveness(settings)
    yield _limits(settings)
    yield _metrics(settings)


def is_reachable(settings: Settings) -> bool:
    """Whether other machines can reach the service."""
    if settings.public_url is not None or settings.host in WILDCARD_HOSTS:
        return True
    try:
        return not ip_address(settings.host).is_loopback
    except ValueError:
        return settings.host != "localhost"


def _address(settings: Settings) -> Finding:
    if settings.secure:
        how = "with its own certificate" if settings.tls_cert else "through a proxy with TLS"
        return Finding("address", f"{settings.visit_url}, {how}; cookies are sent only over https")
    if not is_reachable(settings):
        return Finding("address", f"{settings.visit_url}, reachable only from this machine")
    text = (
        f"{settings.visit_url} without TLS: passwords and faces are unencrypted, and browsers refuse the camera. Set "
        "VISAGE_TLS_CERT and VISAGE_TLS_KEY, or VISAGE_PUBLIC_URL to the https address of a proxy"
    )
    return Finding("address", text, trouble=True)


def _proxies(settings: Settings) -> Finding:
    if settings.trusted_proxies:
        return Finding("proxies", f"trusted: {', '.join(map(str, settings.trusted_proxies))}")
    if settings.public_url is None or settings.tls_cert is not None:
        return Finding("proxies", "none trusted: the peer of a connection is the client")
    text = (
        "none trusted, but VISAGE_PUBLIC_URL suggests one: rate limits count all its users as one client. Set "
        "VISAGE_TRUSTED_PROXIES"
    )
    return Finding("proxies", text, trouble=True)


def _sign_up(settings: Settings) -> Finding:
    if settings.signup == "invite":
        return Finding("sign-up", "only with an invitation")
    return Finding("sign-up", "open: anyone who can reach the service can create an account (VISAGE_SIGNUP=invite)")


def _liveness(settings: Settings) -> Finding:
    if settings.liveness == "challenge":
        return Finding("liveness", "challenge: a user has to perform random movements")
    if settings.liveness == "passive":
        return Finding("liveness", "passive: pictures that look like a screen or a print are refused")
    return Finding("liveness", "off: a good photograph of an enrolled person can log in (VISAGE_LIVENESS=challenge)")


def _limits(settings: Settings) -> Finding:
    if settings.limits == "on":
        return Finding("limits", "on: attempts are limited by address, account and device")
    text = "off: passwords and faces can be guessed as fast as the machine answers (VISAGE_LIMITS=on)"
    return Finding("limits", text, trouble=is_reachable(settings))


def _metrics(settings: Settings) -> Finding:
    if settings.metrics_token is not None:
        return Finding("metrics", "protected by VISAGE_METRICS_TOKEN")
    return Finding("metrics", "without a token, only for callers on this machine that use no proxy")
