"""The address that users see, perhaps with a path, from the settings to the links that commands print."""

from pathlib import Path

import pytest

from service.domain.operator_errors import SettingsError
from service.settings.model import Settings
from service.settings.reading import read_settings


@pytest.mark.parametrize(
    ("written", "kept", "origin", "path"),
    [
        ("https://login.example.org", "https://login.example.org", "https://login.example.org", ""),
        ("https://login.example.org/", "https://login.example.org", "https://login.example.org", ""),
        ("https://example.org/face", "https://example.org/face", "https://example.org", "/face"),
        ("https://example.org/face/", "https://example.org/face", "https://example.org", "/face"),
        ("https://Example.org:443/Our/Face_1.0~x/", "https://Example.org/Our/Face_1.0~x", None, "/Our/Face_1.0~x"),
        ("http://example.org:80/face", "http://example.org/face", "http://example.org", "/face"),
        ("http://[::1]:8080/face", "http://[::1]:8080/face", "http://[::1]:8080", "/face"),
        ("https://example.org/faces/login", "https://example.org/faces/login", "https://example.org", "/faces/login"),
    ],
)
def test_an_address_may_have_a_path(
    monkeypatch: pytest.MonkeyPatch, written: str, kept: str, origin: str | None, path: str
) -> None:
    monkeypatch.setenv("VISAGE_PUBLIC_URL", written)
    settings = read_settings()
    assert (settings.public_url, settings.base_path) == (kept, path)
    assert settings.public_origin == (origin or "https://example.org")
    assert settings.visit_url == kept


@pytest.mark.parametrize(
    "address",
    [
        "example.org/face",
        "/face",
        "ftp://example.org/face",
        "https:///face",
        "https://example.org/face?x=1",
        "https://example.org/face#top",
        "https://example.org//face",
        "https://example.org/a//b",
        "https://example.org/../face",
        "https://example.org/./face",
        "https://example.org/a/..",
        "https://example.org/fa ce",
        "https://example.org/fa%20ce",
        "https://example.org/gesicht;x",
        "https://example.org/gesichtä",
        'https://example.org/"onload=',
        "https://example.org/login",
        "https://example.org/user/face",
        "https://example.org/web/",
    ],
)
def test_other_addresses_are_refused_by_name(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("VISAGE_PUBLIC_URL", address)
    with pytest.raises(SettingsError, match="VISAGE_PUBLIC_URL"):
        read_settings()


@pytest.mark.parametrize(
    ("chosen", "page"),
    [
        ({}, "/login"),
        ({"public_url": "https://example.org"}, "/login"),
        ({"public_url": "https://example.org/face"}, "/face/login"),
        ({"public_url": "https://example.org/face", "login_url": "/sign-in"}, "/sign-in"),
    ],
)
def test_the_login_page_is_below_the_path_unless_it_is_another(
    tmp_path: Path, chosen: dict[str, str], page: str
) -> None:
    assert Settings(home=tmp_path, **chosen).login_page == page
