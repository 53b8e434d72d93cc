"""The course of ``visage demo``."""

import base64
import http.client
import json
import secrets
import shlex
import signal
import tempfile
import time
from collections.abc import Callable
from http import HTTPStatus
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import FrameType
from typing import Any

from service.demo import photographs
from service.demo.photographs import PhotographsUnavailableError
from service.demo.process import check_alive, served
from service.domain.operator_errors import OperatorError, SettingsError
from service.keys.signing_keys import SigningKeys
from service.runtime.healthcheck import is_healthy
from service.serving.server import check_address
from service.settings.model import Settings

USERNAME = "president"
"""The sample account."""

PASSWORD_BYTES = 9
"""Random bytes of its password."""

TIMEOUT_SECONDS = 60
POLL_SECONDS = 0.1

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""The signals that end a demo."""

WELCOME = """\
Visage demo. Ctrl-C ends it, and deletes every account and picture.

  Sign up and log in with your camera:  {url}/
  Try the API:                          {url}/docs"""

SAMPLES = """\
  Sample account:                       {username}, password {password}
  Its photographs, and a stranger's:    {folder}

Log in with a photograph. With stranger.jpg in its place, the answer is "unknown".

  {{ printf '{{"image": "'; base64 < {photograph} | tr -d '\\n'; printf '"}}'; }} |
    curl -s {url}/user/facial/recognize -H 'Content-Type: application/json' -d @-

A photograph of a user logs in because liveness is off, which is the default."""


def run_demo(settings: Settings, say: Callable[[str], None]) -> None:
    """Runs a demo until a signal ends it, and deletes everything that it stored.

    Args:
        settings: of these only the port, the folder of converted networks and the log's settings apply.
        say: prints text.

    Raises:
        SettingsError: a database is set.
        AddressError: the port is in use.
        DemoServiceError: the service cannot start.
    """
    if settings.database_url is not None or settings.read_database_url is not None:
        raise SettingsError(
            ["visage demo makes a database of its own: unset DATABASE_URL and VISAGE_READ_DATABASE_URL"]
        )
    for number in ENDING:
        signal.signal(number, _end)
    with tempfile.TemporaryDirectory(prefix="visage-demo-") as name:
        folder = Path(name)
        chosen = demo_settings(settings, folder / "home")
        check_address(chosen)
        say(f"Starting a demo in {folder} ...")
        with served(chosen, folder) as process:
            problem = _fetch(folder / "photographs")
            _wait(lambda: _answers(chosen), process)
            samples = problem or _enrol(chosen, folder / "photographs")
            say(f"{WELCOME.format(url=chosen.visit_url)}\n{samples}")
            _wait(lambda: False, process)


def demo_settings(settings: Settings, home: Path) -> Settings:
    """Returns the defaults, on this machine's loopback address, whatever the environment and the secret files say."""
    return Settings.model_construct(
        home=home,
        host="127.0.0.1",
        port=settings.port,
        models=settings.models_folder,
        workers=1,
        log_level=settings.log_level,
        log_format=settings.log_format,
    )


def _end(_number: int, _frame: FrameType | None) -> None:
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)  # nothing interrupts the deletion
    raise SystemExit(0)


def _fetch(folder: Path) -> str | None:
    """Fetches the photographs into the folder; returns a sentence if that is not possible."""
    try:
        photographs.put_samples(folder)
    except PhotographsUnavailableError as error:
        return f"\nThere is no sample account: {error}"
    return None


def _wait(condition: Callable[[], bool], process: SpawnProcess) -> None:
    """Waits for a condition while the service runs; raises DemoServiceError if it ends."""
    while not condition():
        check_alive(process)
        time.sleep(POLL_SECONDS)


def _answers(settings: Settings) -> bool:
    """Whether the demo's service is ready. Its keys tell it from another service, which may have taken the port."""
    if not is_healthy(settings):
        return False
    status, keys = _ask(settings, "GET", "/.well-known/jwks.json")
    own = SigningKeys(settings.keys_folder, settings.access_lifetime).jwks()
    return status == HTTPStatus.OK and all(key in keys["keys"] for key in own)


def _enrol(settings: Settings, folder: Path) -> str:
    """Signs the sample account up, and returns what to say about it."""
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    images = [base64.b64encode((folder / name).read_bytes()).decode() for name in photographs.OF_ONE_PERSON]
    body = {"username": USERNAME, "password": password, "images": images, "consent": True}
    status, answer = _ask(settings, "POST", "/user/facial/store", body)
    if status != HTTPStatus.CREATED:
        raise OperatorError(f"the sample account could not be made: {answer}")
    return SAMPLES.format(
        url=settings.visit_url,
        username=USERNAME,
        password=password,
        folder=folder,
        photograph=shlex.quote(str(folder / photographs.OF_ONE_PERSON[0])),
    )


def _ask(settings: Settings, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """Sends a request to the demo's service; returns the status and the JSON."""
    connection = http.client.HTTPConnection(settings.host, settings.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request(method, path, json.dumps(body), {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, json.load(response)
    finally:
        connection.close()
