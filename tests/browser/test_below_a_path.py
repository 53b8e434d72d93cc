"""The service below a path of another site, behind a real nginx configured as in docs/operations.md."""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.docs_flow import execute, opened
from tests.browser.people import Person
from tests.browser.sign_up_flow import NAME, sign_up
from tests.browser.tab import DESK, Tab
from tests.camera_film import CameraFilm, empty_room
from tests.nginx import Nginx, needs_nginx
from tests.running_service import RunningService, free_port, service_of_its_own

pytestmark = needs_nginx

GUIDE = Path(__file__).parents[2] / "docs" / "operations.md"
DOCUMENTED_SERVICE = "http://127.0.0.1:8000"
TOKEN = "the token of an application that is trusted"
NEW_PASSWORD = "and back to the stars"


def documented(service_url: str) -> str:
    """Returns the locations of the guide, for a service at this URL."""
    (locations,) = re.findall(r"```nginx\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert locations.count(DOCUMENTED_SERVICE) == 1
    return locations.replace(DOCUMENTED_SERVICE, service_url)


def taking_the_path_away(service_url: str) -> str:
    """Returns the locations of a proxy that removes the path."""
    return documented(service_url).replace(f"proxy_pass {service_url};", f"proxy_pass {service_url}/;")


@pytest.fixture(scope="module")
def proxy_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def service(bundled: None, proxy_port: int, module_url: str) -> Iterator[RunningService]:
    with service_of_its_own(
        DATABASE_URL=module_url,
        VISAGE_PUBLIC_URL=f"http://127.0.0.1:{proxy_port}/face",
        VISAGE_TRUSTED_PROXIES="127.0.0.1",
        VISAGE_APPLICATION_TOKEN=TOKEN,
    ) as service:
        yield service


@pytest.fixture(params=[documented, pytest.param(taking_the_path_away, marks=pytest.mark.slow)])
def site(request: pytest.FixtureRequest, service: RunningService, proxy_port: int, tmp_path: Path) -> Iterator[str]:
    """The URL below which users see the service."""
    others = "location / { return 200 'another application'; }"
    with Nginx(tmp_path, request.param(service.url) + others, proxy_port) as nginx:
        yield f"{nginx.url}/face"


@pytest.fixture
def visitor(site: str, filming_browser: Browser) -> Iterator[Tab]:
    """A tab whose console must stay without messages."""
    context = filming_browser.new_context(viewport=DESK)
    context.grant_permissions(["camera"])
    tab = Tab.open(context, site)
    yield tab
    context.close()
    assert tab.complaints == []


@pytest.mark.slow
def test_a_person_signs_up_and_logs_in_by_face(
    visitor: Tab, film: CameraFilm, collins: Person, request: pytest.FixtureRequest
) -> None:
    username = f"eileen{request.node.callspec.indices['site']}"
    visitor.go("/")
    visitor.page.get_by_role("main").get_by_role("link", name="Sign up").click()
    expect(visitor.page).to_have_url(f"{visitor.url}/signup")
    sign_up(visitor, film, collins, username)
    film.show([collins.front])
    visitor.press("Try it: log in with your face")
    expect(visitor.step("welcome")).to_contain_text(f"Welcome, {NAME}")
    expect(visitor.page).to_have_url(f"{visitor.url}/login")
    film.show([empty_room()])
    visitor.page.reload()
    expect(visitor.step("welcome")).to_contain_text(f"Welcome, {NAME}")
    visitor.page.get_by_role("link", name="Account").click()
    visitor.step("account")
    paths = {cookie["path"] for cookie in visitor.page.context.cookies(f"{visitor.url}/user/refresh")}
    assert paths == {"/face/user", "/face/user/refresh"}
    leave(visitor, username)


def leave(visitor: Tab, username: str) -> None:
    """Opens the page of a one-time link, then erases the account, so that the next test may enrol the same face."""
    visitor.page.goto(password_link(visitor.url, username))
    visitor.step("password")
    visitor.reset.locator("[type=password]").fill(NEW_PASSWORD)
    visitor.expected = {401}  # the session ends with the old password
    visitor.reset.locator("[type=submit]").click()
    visitor.step("changed").get_by_role("link", name="Log in").click()
    expect(visitor.page).to_have_url(f"{visitor.url}/login")
    token = call(f"{visitor.url}/user/login", {"username": username, "password": NEW_PASSWORD})["access_token"]
    call(f"{visitor.url}/user/me", None, token, "DELETE")


def password_link(url: str, username: str) -> str:
    link = call(f"{url}/application/password-links", {"username": username}, TOKEN)["url"]
    assert link.startswith(f"{url}/reset#")
    return str(link)


def call(url: str, body: dict[str, str] | None, token: str = "", method: str = "POST") -> dict[str, str]:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method), timeout=60) as response:
        return dict(json.loads(response.read() or b"{}"))


@pytest.mark.slow
def test_every_page_finds_its_files(visitor: Tab) -> None:
    for path in ("/", "/signup", "/login", "/account", "/reset", "/docs"):
        visitor.go(path)
        visitor.page.get_by_role("heading", level=1).first.wait_for()
        visitor.page.wait_for_load_state("load")


@pytest.mark.slow
def test_the_page_of_the_api_calls_the_service_below_the_path(visitor: Tab) -> None:
    visitor.go("/docs")
    with visitor.page.expect_response("**/health/live") as answer:
        assert execute(opened(visitor, "get", "/health/live"))[0] == 200
    assert answer.value.url == f"{visitor.url}/health/live"


@pytest.mark.slow
def test_the_path_alone_leads_to_the_start_page(visitor: Tab) -> None:
    visitor.page.goto(visitor.url)
    expect(visitor.page).to_have_url(f"{visitor.url}/")


@pytest.mark.slow
def test_metrics_and_other_applications_are_out_of_reach(site: str) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{site}/metrics", timeout=10)
    with urllib.request.urlopen(f"{site.removesuffix('/face')}/login", timeout=10) as response:
        assert response.read() == b"another application"
