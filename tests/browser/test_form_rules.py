"""What the forms refuse before anything is sent is what the service refuses."""

from service.names import MIN_PASSWORD
from tests.browser.tab import Tab

LONG_ENOUGH = "passwords => import('/web/widget/views/form.js').then(form => passwords.map(form.isLongEnough))"


def test_the_shortest_password_is_that_of_the_service(tab: Tab) -> None:
    tab.go("/")
    passwords = [character * length for character in "a\U0001f511" for length in (MIN_PASSWORD - 1, MIN_PASSWORD)]
    assert tab.page.evaluate(LONG_ENOUGH, passwords) == [False, True, False, True]
