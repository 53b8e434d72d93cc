"""The widget shows the right hint for a film of a real camera, with the real service."""

from collections.abc import Mapping
from typing import Any

import pytest

from embeddings.detect.finder import FaceFinder
from tests.browser.people import post
from tests.browser.tab import Tab
from tests.camera_film import CameraFilm
from tests.guidance_films import READY, RECIPES, Film, Recipe
from tests.guidance_table import SEED, as_sent, open_studio

FILMS = 10
"""Films per recipe."""

ENOUGH = 0.95
QUICK = dict(list(RECIPES.items())[::3])
"""Every third recipe. Ordinary test runs check the others only with the service (tests/test_guidance_films.py)."""
FEW = 1
"""Of one film per recipe, this many may get another hint."""

GUIDE = """
async ([wanted, answers]) => {
  const element = document.querySelector('visage-login')
  await element.stop()
  await element.viewfinder.open()
  element.viewfinder.controls.byHand = true
  const over = new AbortController()
  const { api } = element
  const enough = new Promise(resolve => {
    element.api = { inspect: async (...call) => {
      const answer = await api.inspect(...call)
      if (--answers === 0) setTimeout(() => resolve(element.viewfinder.stage.node.dataset.hint))
      return answer
    } }
  })
  element.viewfinder.take({ how: '', wanted, answers: 3, signal: over.signal }).catch(() => {})
  const hint = await enough
  over.abort()
  element.api = api
  return hint
}
"""
ANSWERS = 6
"""Answers of the service, about a second of guidance."""


def shown_hint(tab: Tab, camera: CameraFilm, film: Film) -> str:
    """Returns the hint that the widget shows for a film."""
    camera.show(film.frames)
    wanted: dict[str, Any] = {"pose": film.target}
    if film.front is not None:
        wanted["front"] = front_pose(tab.url, film)
    hint = tab.page.evaluate(GUIDE, [wanted, ANSWERS])
    return READY if hint == "hold_still" else str(hint)


def front_pose(url: str, film: Film) -> Mapping[str, float]:
    """Returns this person's frontal pose, as the service measures it."""
    assert film.front is not None
    _, seen = post(f"{url}/user/facial/inspect", {"image": as_sent(film.front), "pose": "front"})
    return {"yaw": seen["pose"]["yaw"], "pitch": seen["pose"]["pitch"]}


def films_shown(
    tab: Tab, camera: CameraFilm, finder: FaceFinder, recipes: Mapping[str, Recipe], count: int
) -> list[tuple[str, str, str]]:
    """Yields recipe, right hint and shown hint, for this many films per recipe."""
    tab.go("/login")
    tab.step("live")
    films = open_studio(finder.find).films(recipes, count, SEED)
    return [(name, film.hint, shown_hint(tab, camera, film)) for name, film in films]


@pytest.mark.slow
def test_all_but_one_of_a_few_films_get_the_right_hint(tab: Tab, film: CameraFilm, finder: FaceFinder) -> None:
    shown = films_shown(tab, film, finder, QUICK, 1)
    wrong = [one for one in shown if one[1] != one[2]]
    assert len(wrong) <= FEW, wrong


@pytest.mark.slow
def test_nearly_all_films_get_the_right_hint(tab: Tab, film: CameraFilm, finder: FaceFinder) -> None:
    shown = films_shown(tab, film, finder, RECIPES, FILMS)
    wrong = [one for one in shown if one[1] != one[2]]
    print(f"{len(shown) - len(wrong)} of {len(shown)} films right; wrong: {wrong}")
    assert len(wrong) <= (1 - ENOUGH) * len(shown), wrong
