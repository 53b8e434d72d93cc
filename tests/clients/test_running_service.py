"""Both packages against the service as operators run it."""

import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from visage_client import Level, LevelTooLowError, OpenIDClient

from tests.clients.drivers import Drive, NoRedirects
from tests.clients.stand_in import CLIENT, REDIRECT_URI
from tests.fakes import data_url
from tests.photographs import president_files
from tests.running_service import RunningService, service_of_its_own

PASSWORD = "correct horse battery"
PHOTOGRAPHS = ("obama.jpg", "obama2.jpg", "obama3.jpg")


@pytest.fixture(scope="module")
def service(module_url: str) -> Iterator[RunningService]:
    with service_of_its_own(DATABASE_URL=module_url) as service:
        yield service


@pytest.fixture(scope="module")
def signed_up(service: RunningService) -> Mapping[str, Any]:
    """The response to a sign-up."""
    images = [data_url(president_files()[name].read_bytes(), "image/jpeg") for name in PHOTOGRAPHS]
    return post(service, "/user/facial/store", username="ada", password=PASSWORD, images=images, consent=True)


def post(service: RunningService, path: str, **body: Any) -> Mapping[str, Any]:
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(service.url + path, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=60) as response:
        answer: Mapping[str, Any] = json.load(response)
    return answer


def visage(service: RunningService, *arguments: str) -> str:
    """Runs a command of the operator; returns what it prints."""
    command = [Path(sys.executable).parent / "visage", *arguments]
    return subprocess.run(
        command, env=service.environment, check=True, timeout=60, capture_output=True, text=True
    ).stdout


def test_the_token_of_every_kind_of_login_is_verified(
    drive: Drive, service: RunningService, signed_up: Mapping[str, Any]
) -> None:
    by_password = post(service, "/user/login", username="ada", password=PASSWORD)
    image = data_url(president_files()["obama2.jpg"].read_bytes(), "image/jpeg")
    by_face = post(service, "/user/facial/recognize", image=image)
    assert by_face["status"] == "matched"
    tokens = [one["access_token"] for one in (signed_up, by_password, by_face)]
    details = {"call": "verify", "address": service.url, "tokens": tokens, "options": {}}
    found = drive({**details, "requirements": {}})
    assert [one["subject"] for one in found] == [signed_up["user"]["id"]] * 3
    assert [one["level"] for one in found] == ["urn:visage:pwd", "urn:visage:pwd", "urn:visage:face"]
    assert [one["methods"] for one in found] == [["pwd"], ["pwd"], ["face"]]
    required = drive({**details, "requirements": {"require": "urn:visage:face", "maxAge": 60}})
    assert [one.get("error") for one in required] == ["LevelTooLowError", "LevelTooLowError", None]


def test_a_token_that_was_changed_is_refused(
    drive: Drive, service: RunningService, signed_up: Mapping[str, Any]
) -> None:
    header, claims, signature = signed_up["access_token"].split(".")
    swapped = signature[:10] + ("A" if signature[10] != "A" else "B") + signature[11:]
    tokens = [f"{header}.{claims}.{swapped}", f"{header}.{claims}."]
    found = drive({"call": "verify", "address": service.url, "tokens": tokens, "options": {}, "requirements": {}})
    assert [one["error"] for one in found] == ["TokenInvalidError"] * 2


class OpenIDBrowser:
    """A browser with a session at the provider, which follows the links of an application."""

    def __init__(self, service: RunningService, access_token: str) -> None:
        self._opener = urllib.request.build_opener(NoRedirects, urllib.request.HTTPCookieProcessor())
        headers = {"Authorization": f"Bearer {access_token}", "Origin": service.issuer}
        self._opener.open(urllib.request.Request(f"{service.issuer}/openid/session", b"", headers)).close()

    def go(self, address: str) -> str:
        """Returns where an address leads."""
        try:
            self._opener.open(address).close()
        except urllib.error.HTTPError as error:
            return str(error.headers["Location"])
        raise AssertionError(f"{address} leads nowhere")


@pytest.fixture
def shop(service: RunningService) -> OpenIDClient:
    """An application that is registered with the service."""
    scope = "openid profile offline_access"
    said = visage(service, "client", "add", CLIENT, "--name", "Shop", "--redirect-uri", REDIRECT_URI, "--scope", scope)
    secret = max(re.findall(r"[\w-]{20,}", said), key=len)
    return OpenIDClient(service.issuer, CLIENT, secret, redirect_uri=REDIRECT_URI)


def test_a_user_logs_in_by_openid_connect(
    service: RunningService, signed_up: Mapping[str, Any], shop: OpenIDClient
) -> None:
    browser = OpenIDBrowser(service, signed_up["access_token"])
    started = shop.start(scope=["openid", "profile", "offline_access"])
    tokens = shop.finish(browser.go(started.url), started.memory)
    assert (tokens.identity.subject, tokens.identity.level) == (signed_up["user"]["id"], Level.PASSWORD)
    assert shop.user_info(tokens)["preferred_username"] == "ada"
    assert shop.refresh(tokens).identity.subject == tokens.identity.subject
    weak = shop.start(require=Level.CHALLENGED_FACE)
    query = {**dict(parse_qsl(urlsplit(weak.url).query)), "prompt": "none"}
    query.pop("acr_values")  # somebody removes it
    answer = browser.go(f"{weak.url.partition('?')[0]}?{urlencode(query)}")
    with pytest.raises(LevelTooLowError):
        shop.finish(answer, weak.memory)
    assert shop.logout_url(tokens.id_token).startswith(f"{service.issuer}/logout?")
