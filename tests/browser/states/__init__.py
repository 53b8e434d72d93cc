"""Every state in which a user can see the pages, by name, with the steps to reach it."""

from collections.abc import Callable, Mapping

from tests.browser.states import account, login, reset, signup
from tests.browser.states.scene import Scene

STATES: Mapping[str, Callable[[Scene], None]] = {
    **{f"login-{name}": way for name, way in login.STATES.items()},
    **{f"signup-{name}": way for name, way in signup.STATES.items()},
    **{f"account-{name}": way for name, way in account.STATES.items()},
    **{f"reset-{name}": way for name, way in reset.STATES.items()},
    "start": lambda scene: scene.tab.go("/"),
}
