"""Every state in which a user can see the pages, by name, with the steps to reach it."""

from collections.abc import Callable, Mapping

from tests.browser.states import account, authorize, login, logout, reset, signup
from tests.browser.states.scene import Scene

STATES: Mapping[str, Callable[[Scene], None]] = {
    **{f"login-{name}": way for name, way in login.STATES.items()},
    **{f"signup-{name}": way for name, way in signup.STATES.items()},
    **{f"account-{name}": way for name, way in account.STATES.items()},
    **{f"reset-{name}": way for name, way in reset.STATES.items()},
    **{f"authorize-{name}": way for name, way in authorize.STATES.items()},
    **{f"logout-{name}": way for name, way in logout.STATES.items()},
    "start": lambda scene: scene.tab.go("/"),
}
