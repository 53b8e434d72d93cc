"""The states of the page for a logout of applications."""

from collections.abc import Callable, Mapping

from tests.browser.states.scene import Scene
from web.build.pages import page

LOGOUT = "/openid/logout"
QUERY = "?client_id=grafana"


def ask(scene: Scene) -> None:
    """Opens the page that asks first."""
    html = page("logout")  # the real service has nobody to ask
    scene.tab.page.route(f"**/logout{QUERY}", lambda route: route.fulfill(body=html, content_type="text/html"))
    scene.tab.go(f"/logout{QUERY}")
    scene.tab.step("ask")


def _done(scene: Scene) -> None:
    scene.tab.go("/logout?done=")
    scene.tab.step("done")


def _trouble(scene: Scene) -> None:
    scene.cut(LOGOUT)
    ask(scene)
    scene.tab.logout.locator(".primary").click()
    scene.tab.step("trouble")


STATES: Mapping[str, Callable[[Scene], None]] = {"ask": ask, "done": _done, "trouble": _trouble}
