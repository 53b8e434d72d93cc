"""One tab in front of a service whose answers are written beforehand, so that every state can be had in a moment."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Route

from tests.browser.people import Person
from tests.browser.tab import Tab
from tests.camera_film import CameraFilm

USER = {"id": "7d0c", "username": "eileen", "display_name": "Eileen Collins", "face": "enrolled"}
ME = {"user": USER, "amr": ["face"], "auth_time": 0, "expires_at": 0}
TOKENS = {"user": USER, "access_token": "a.b.c", "token_type": "Bearer", "expires_in": 900}
MOST_FRAMES = 40
"""Of a challenge."""

MOVED: Mapping[str, Mapping[str, Any]] = {
    "front": {"box": {"left": 0.25, "top": 0.1, "right": 0.75, "bottom": 0.8}},
    "left": {"pose": {"yaw": 15.0, "pitch": 0.0, "roll": 0.0}},
    "right": {"pose": {"yaw": -15.0, "pitch": 0.0, "roll": 0.0}},
    "up": {"pose": {"yaw": 0.0, "pitch": 12.0, "roll": 0.0}},
}
"""What is other in the answers about somebody who makes the movements of a challenge, by the pose that is looked for;
who looks ahead may have been asked to come closer."""

CONSENT = "I agree that this service keeps my pictures, and the numbers it computes from them, to recognise me."


@dataclass
class Scene:
    """A tab, what its camera sees, and what its service answers.

    Attributes:
        person: who sits before the camera, where somebody does.
    """

    tab: Tab
    film: CameraFilm
    person: Person
    _challenges: int = 0

    def __post_init__(self) -> None:
        """A service that likes what it sees, and knows nobody."""
        self.film.show([self.person.front])
        self.answer("/user/facial/options", {"liveness": "off", "signup": "open"})
        self.answer("/user/facial/consent*", {"version": "1", "language": "en", "text": CONSENT})
        self.answer("/user/facial/recognize", {"status": "unknown"})
        self.answer("/user/logout", {})
        self.see()

    def see(self, *hints: str) -> None:
        """The service sees this in every frame; without a hint, all is well."""
        self.answer("/user/facial/inspect", _inspection(*hints))

    def see_in_pose(self, pose: str, *hints: str) -> None:
        """The service sees this where this pose is wanted; in others all is well."""

        def answer(route: Route) -> None:
            wanted = (route.request.post_data_json or {}).get("pose")
            route.fulfill(json=_inspection(*hints) if wanted == pose else _inspection())

        self._route("/user/facial/inspect", answer)

    def ask_for(self, *prompts: str) -> None:
        """The service wants this challenge played before it takes a face."""
        self.answer("/user/facial/options", {"liveness": "challenge", "signup": "open"})
        frames = {"min": 12, "max": MOST_FRAMES, "per_second": 10}

        def answer(route: Route) -> None:
            self._challenges += 1
            nonce = f"nonce {self._challenges}"
            route.fulfill(status=201, json={"nonce": nonce, "prompts": prompts, "expires_in": 90, "frames": frames})

        self._route("/user/facial/challenge", answer)

    def see_movements(self) -> None:
        """The service sees every movement that a challenge asks for."""

        def answer(route: Route) -> None:
            asked = route.request.post_data_json or {}
            body = _inspection()
            if asked.get("front"):
                body |= MOVED.get(asked["pose"], {})
            route.fulfill(json=body)

        self._route("/user/facial/inspect", answer)

    def answer(self, path: str, body: Mapping[str, Any], status: int = 200, **headers: str) -> None:
        """What the service says at an address."""
        content = {"Content-Type": "application/json", **headers}
        self._route(path, lambda route: route.fulfill(status=status, body=json.dumps(body), headers=content))

    def match(self, **tokens: Any) -> None:
        """The service recognises whoever comes; ``tokens`` are changes of its answer."""
        self.answer("/user/facial/recognize", {"status": "matched", **TOKENS, **tokens})
        self.answer("/user/me", ME)

    def refuse(
        self, path: str, status: int, code: str, details: Mapping[str, Any] | None = None, **headers: str
    ) -> None:
        """An error of the service."""
        self.tab.expected.add(status)
        error = {"code": code, "message": code, "details": details or {}}
        self.answer(path, {"error": error, "request_id": "1"}, status, **headers)

    def hang(self, path: str) -> None:
        """The service takes forever."""
        self._route(path, lambda route: None)

    def cut(self, path: str) -> None:
        """The service cannot be reached."""
        self.tab.tolerated.add("Failed to load resource: net::ERR_FAILED")
        self._route(path, lambda route: route.abort())

    def _route(self, path: str, handle: Callable[[Route], None]) -> None:
        self.tab.page.unroute(f"**{path}")
        self.tab.page.route(f"**{path}", handle)

    def before(self, script: str) -> None:
        """Runs in the page before anything of ours does."""
        self.tab.page.add_init_script(script)


def _inspection(*hints: str) -> dict[str, Any]:
    """The answer of ``POST /user/facial/inspect``."""
    face = "no_face" not in hints and "camera_covered" not in hints
    box = {"left": 0.35, "top": 0.25, "right": 0.65, "bottom": 0.65} if face else None
    pose = {"yaw": 0.0, "pitch": 0.0, "roll": 0.0} if face else None
    return {"faces": int(face), "box": box, "pose": pose, "quality": None, "hints": hints, "ready": not hints}
