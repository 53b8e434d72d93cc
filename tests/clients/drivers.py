"""Does what a case asks with either package: the same cases, the same results, the same names of errors."""

import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from select import select
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from visage_client import AccessToken, Identity, Level, LoginRefusedError, OpenIDClient, TokenVerifier, VisageError
from visage_client.errors import UnavailableError
from visage_client.http import Reply
from visage_client.keys import KeySet

from tests.clients.stand_in import CLIENT, REDIRECT_URI, SECRET
from tests.openid_clients.programs import NODE

SCRIPT = Path(__file__).parent / "drive.mjs"

ANSWER_SECONDS = 60

Drive = Callable[[Mapping[str, Any]], Any]
"""Takes a case and returns its result, or ``{error, message, code}``."""

RENAMED = {
    "clientId": "client_id",
    "clientSecret": "client_secret",
    "redirectUri": "redirect_uri",
    "maxAge": "max_age",
}
"""What the packages call differently."""


class JavaScript:
    """Drives the JavaScript package, in one process for many cases: to start Node for each takes 0.1 s."""

    def __init__(self) -> None:
        self._node = subprocess.Popen([NODE, SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, case: Mapping[str, Any]) -> Any:
        assert self._node.stdin is not None
        assert self._node.stdout is not None
        self._node.stdin.write(json.dumps(case) + "\n")
        self._node.stdin.flush()
        assert select([self._node.stdout], [], [], ANSWER_SECONDS)[0], "Node does not answer"
        return json.loads(self._node.stdout.readline())

    def end(self) -> None:
        self._node.communicate(timeout=ANSWER_SECONDS)


def drive_python(case: Mapping[str, Any]) -> Any:
    details = dict(case)
    return _attempt(lambda: CALLS[details.pop("call")](**details))


def client_options(issuer: str, **changes: Any) -> dict[str, Any]:
    options = {"issuer": issuer, "clientId": CLIENT, "clientSecret": SECRET, "redirectUri": REDIRECT_URI, **changes}
    return {name: value for name, value in options.items() if value is not None}


def _python(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options of the JavaScript package as those of the Python package."""
    found = {RENAMED.get(name, name): value for name, value in options.items()}
    if "require" in found:
        found["require"] = Level(found["require"])
    for name in {"max_age", "leeway"} & set(found):
        found[name] = timedelta(seconds=found[name])
    parameters = found.pop("parameters", {})
    return {**found, **parameters}


def _told(found: AccessToken | Identity) -> dict[str, Any]:
    return {
        "subject": found.subject,
        "level": found.level,
        "methods": list(found.methods),
        "authenticatedAt": found.authenticated_at and found.authenticated_at.timestamp(),
        **({"sessionId": found.session_id} if isinstance(found, AccessToken) else {}),
    }


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """Makes an HTTPError of a redirect."""

    def redirect_request(self, *_arguments: Any) -> None:
        return None


def _respond(url: str, change: Mapping[str, str | None], *, plain: bool) -> str:
    """Follows the browser from the start of a login to its end, with changes to the response."""
    try:
        urllib.request.build_opener(NoRedirects).open(url)
    except urllib.error.HTTPError as error:
        parts = urlsplit(error.headers["Location"])
    query = {**dict(parse_qsl(parts.query)), **change}
    kept = urlencode({name: value for name, value in query.items() if value is not None})
    return f"?{unquote(kept)}" if plain else urlunsplit(parts._replace(query=kept))


def _levels() -> list[list[bool]]:
    return [[level.satisfies(required) for required in Level] for level in Level]


def _keys(steps: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """Each step: at which second which key is looked for, what is published then (None: unreachable), for how long."""
    current: Mapping[str, Any] = {}
    fetches = 0

    def fetch() -> Reply:
        nonlocal fetches
        fetches += 1
        if current["published"] is None:
            raise UnavailableError
        return Reply(200, current.get("maxAge", 300), {"keys": current["published"]})

    keys = KeySet(fetch, lambda: current["at"])
    results = []
    for current in steps:
        found = _attempt(partial(_found, keys, current["find"]))
        results.append((found if isinstance(found, str) else found["error"], fetches))
    return results


def _found(keys: KeySet, key_id: str) -> str:
    keys.find(key_id)
    return "found"


def _verify(
    address: str, tokens: list[str], options: Mapping[str, Any], requirements: Mapping[str, Any]
) -> list[dict[str, Any]]:
    verifier = TokenVerifier(address, **_python(options))
    return [_attempt(lambda token=token: _told(verifier.verify(token, **_python(requirements)))) for token in tokens]


def _start(client: Mapping[str, Any], start: Mapping[str, Any]) -> dict[str, Any]:
    started = OpenIDClient(**_python(client)).start(**_python(start))
    return {"url": started.url, "state": started.state, "memory": started.memory}


def _login(
    client: Mapping[str, Any],
    start: Mapping[str, Any],
    change: Mapping[str, str | None] = {},
    plain: bool = False,
    memory: Mapping[str, Any] | None = {},
    then: Sequence[str] = (),
) -> dict[str, Any]:
    openid = OpenIDClient(**_python(client))
    started = openid.start(**_python(start))
    kept = None if memory is None else json.dumps({**json.loads(started.memory), **memory})
    response = _respond(started.url, change, plain=plain)
    tokens = openid.finish(response, kept)
    found = {**_told(tokens.identity), "refreshes": tokens.refresh_token is not None}

    def refreshed() -> dict[str, Any]:
        new = openid.refresh(tokens)
        return {**_told(new.identity), "isNew": new.access_token != tokens.access_token}

    calls: dict[str, Callable[[], Any]] = {
        "again": lambda: _told(openid.finish(response, kept).identity),
        "logout": lambda: openid.logout_url(tokens.id_token, "https://shop.example.org/"),
        "userInfo": lambda: openid.user_info(tokens),
        "refresh": refreshed,
        "refreshAgain": refreshed,
    }
    return {**found, **{call: _attempt(calls[call]) for call in then}}


def _attempt(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except (VisageError, TypeError, ValueError) as error:
        code = {"code": error.error} if isinstance(error, LoginRefusedError) else {}
        return {"error": type(error).__name__, "message": str(error), **code}


CALLS: Mapping[str, Callable[..., Any]] = {
    "levels": _levels,
    "keys": _keys,
    "verify": _verify,
    "start": _start,
    "login": _login,
}
