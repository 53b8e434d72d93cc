"""Where passkeys can be used, by the settings."""

from pathlib import Path

import pytest

from service.domain.errors import PasskeysOffError
from service.domain.operator_errors import SettingsError
from service.passkeys.relying_party import RelyingParty
from service.settings.model import Settings
from service.settings.reading import read_settings


def relying_party(home: Path, url: str | None = None, domain: str | None = None, *others: str) -> RelyingParty:
    return RelyingParty.of(Settings(home=home, public_url=url, passkey_domain=domain, cors_origins=others))


def test_the_domain_is_the_host_of_the_public_address(tmp_path: Path) -> None:
    party = relying_party(tmp_path, "https://Login.example.org:8443/face")
    assert (party.id, list(party.origins)) == ("login.example.org", ["https://login.example.org:8443"])


def test_a_wider_domain_takes_in_the_origins_below_it(tmp_path: Path) -> None:
    party = relying_party(
        tmp_path, "https://login.example.org", "example.org", "https://app.example.org", "https://badexample.org"
    )
    assert (party.id, list(party.origins)) == ("example.org", ["https://login.example.org", "https://app.example.org"])


@pytest.mark.parametrize("origin", ["http://localhost:8000", "http://localhost", "https://localhost:1234"])
def test_without_a_public_address_it_is_any_port_of_localhost(tmp_path: Path, origin: str) -> None:
    party = relying_party(tmp_path)
    assert party.id == "localhost"
    assert party.expected(origin) == [origin]


def test_a_public_address_on_localhost_has_one_port(tmp_path: Path) -> None:
    party = relying_party(tmp_path, "http://localhost:8000")
    assert party.id == "localhost"
    assert party.expected("http://localhost:9000") == ["http://localhost:8000"]


@pytest.mark.parametrize(
    "origin", ["http://a.localhost", "http://127.0.0.1:8000", "https://evil.example", "", "http://["]
)
def test_other_hosts_are_never_expected(tmp_path: Path, origin: str) -> None:
    assert relying_party(tmp_path).expected(origin) == []


@pytest.mark.parametrize("url", ["https://192.0.2.1", "https://[2001:db8::1]:8443"])
def test_an_address_gives_no_domain_for_passkeys(tmp_path: Path, url: str) -> None:
    party = relying_party(tmp_path, url)
    with pytest.raises(PasskeysOffError):
        assert party.id


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        (None, "example.org"),
        ("https://login.example.org", "org"),
        ("https://login.example.org", "other.example.org"),
        ("https://login.example.org", "ample.org"),
        ("https://login.example.org", "https://example.org"),
        ("https://192.0.2.1", "2.1"),
    ],
)
def test_a_domain_that_the_pages_are_not_in_is_refused(
    monkeypatch: pytest.MonkeyPatch, url: str | None, domain: str
) -> None:
    if url is not None:
        monkeypatch.setenv("VISAGE_PUBLIC_URL", url)
    monkeypatch.setenv("VISAGE_PASSKEY_DOMAIN", domain)
    with pytest.raises(SettingsError, match="VISAGE_PASSKEY_DOMAIN"):
        read_settings()
