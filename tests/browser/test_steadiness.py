from typing import Any

import pytest

from tests.browser.tab import Tab

pytestmark = pytest.mark.slow

STEADINESS = """
([wanted, answers]) => import('/web/widget/steadiness.js').then(({ Steadiness }) => {
  const steadiness = new Steadiness(wanted)
  return answers.map(answer => steadiness.see(answer))
})
"""
CHOICE = """
answers => import('/web/widget/steadiness.js').then(({ HintChoice }) => {
  const choice = new HintChoice()
  return answers.map(([hints, now]) => choice.see({ hints }, now))
})
"""


@pytest.fixture
def page_tab(tab: Tab) -> Tab:
    tab.go("/")
    return tab


def seen(left: float = 0.3, yaw: float = 0.0, ready: bool = True) -> dict[str, Any]:
    """Returns an answer about a face with 0.3 of the picture's width."""
    box = {"left": left, "top": 0.2, "right": left + 0.3, "bottom": 0.6}
    return {"ready": ready, "box": box, "pose": {"yaw": yaw, "pitch": 0.0}}


@pytest.mark.parametrize(
    ("answers", "shares"),
    [
        pytest.param([seen(), seen(), seen()], [1 / 3, 2 / 3, 1], id="held still"),
        pytest.param([seen(), seen(0.36), seen(0.36), seen(0.36)], [1 / 3, 1 / 3, 2 / 3, 1], id="moved"),
        pytest.param([seen(), seen(yaw=9), seen(yaw=9)], [1 / 3, 1 / 3, 2 / 3], id="turned"),
        pytest.param([seen(), seen(ready=False), seen()], [1 / 3, 0, 1 / 3], id="gone for a moment"),
    ],
)
def test_only_a_face_held_still_is_taken(page_tab: Tab, answers: list[dict[str, Any]], shares: list[float]) -> None:
    assert page_tab.page.evaluate(STEADINESS, [3, answers]) == pytest.approx(shares)


@pytest.mark.parametrize(
    ("answers", "hints"),
    [
        pytest.param([[["a"], 0], [["b"], 2000], [["a"], 2100]], ["a", "a", "a"], id="what comes once is not shown"),
        pytest.param([[["a"], 0], [["b"], 100], [["b"], 200]], ["a", "a", "a"], id="what is shown can be read"),
        pytest.param([[["a"], 0], [["b"], 900], [["b"], 1100]], ["a", "a", "b"], id="what stays is shown"),
        pytest.param([[["a"], 0], [[], 50]], ["a", "hold_still"], id="that all is well is said at once"),
        pytest.param([[["a", "b"], 0]], ["a"], id="only the most pressing is shown"),
    ],
)
def test_hints_are_calm(page_tab: Tab, answers: list[Any], hints: list[str]) -> None:
    assert page_tab.page.evaluate(CHOICE, answers) == hints
