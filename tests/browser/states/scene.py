"""One tab with a service whose answers are written beforehand, so that every state can be reached at once."""

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
"""Maximum frames of a challenge."""

MOVED: Mapping[str, Mapping[str, Any]] = {
    "front": {"box": {"left": 0.25, "top": 0.1, "right": 0.75, "bottom": 0.8}},
    "left": {"pose": {"yaw": 15.0, "pitch": 0.0, "roll": 0.0}},
    "right": {"pose": {"yaw": -15.0, "pitch": 0.0, "roll": 0.0}},
    "up": {"pose": {"yaw": 0.0, "pitch": 12.0, "roll": 0.0}},
}
"""Changes of the answers about a user who performs the movements of a challenge, by the pose that is inspected for; if
the user looks ahead, the prompt may have been to come closer."""

DECLINE = """
PublicKeyCredential.isConditionalMediationAvailable = async () => false
navigator.credentials.get = async () => { throw new DOMException('declined', 'NotAllowedError') }
"""
"""A browser whose user declines each passkey; the virtual authenticator knows no IP addresses."""

CONSENT = "I agree that this service keeps my pictures, and the numbers it computes from them, to recognise me."


@dataclass
class Scene:
    """A tab, what its camera sees, and what its service answers.

    Attributes:
        person: the person before the camera, if there is one.
    """

    tab: Tab
    film: CameraFilm
    person: Person
    _challenges: int = 0

    def __post_init__(self) -> None:
        """Starts with a service that accepts every picture and recognises nobody."""
        self.film.show([self.person.front])
        self.answer("/user/facial/options", {"liveness": "off", "signup": "open"})
        self.answer("/user/facial/consent*", {"version": "1", "language": "en", "text": CONSENT})
        self.answer("/user/facial/recognize", {"status": "unknown"})
        self.answer("/user/logout", {})
        self.answer("/user/passkeys", {"passkeys": [], "max": 20})
        self.see()

    def see(self, *hints: str) -> None:
        """The service answers every frame with these hints; without hints it is ready."""
        self.answer("/user/facial/inspect", _inspection(*hints))

    def see_in_pose(self, pose: str, *hints: str) -> None:
        """The service answers with these hints for this pose, and is ready for other poses."""

        def answer(route: Route) -> None:
            wanted = (route.request.post_data_json or {}).get("pose")
            route.fulfill(json=_inspection(*hints) if wanted == pose else _inspection())

        self._route("/user/facial/inspect", answer)

    def offer_passkeys(self) -> None:
        """The service has passkeys for its pages, and the browser's user declines each."""
        self.answer("/user/facial/options", {"liveness": "off", "signup": "open", "passkey_domain": "127.0.0.1"})
        options = {"challenge": "AAAA", "rpId": "127.0.0.1", "allowCredentials": []}
        self.answer("/user/passkeys/login/options", {"public_key": options})
        self.before(DECLINE)

    def ask_for(self, *prompts: str) -> None:
        """The service requires this challenge before it accepts a face."""
        self.answer("/user/facial/options", {"liveness": "challenge", "signup": "open"})
        frames = {"min": 12, "max": MOST_FRAMES, "per_second": 10}

        def answer(route: Route) -> None:
            self._challenges += 1
            nonce = f"nonce {self._challenges}"
            route.fulfill(status=201, json={"nonce": nonce, "prompts": prompts, "expires_in": 90, "frames": frames})

        self._route("/user/facial/challenge", answer)

    def check_passively(self) -> None:
        """The service judges pictures by themselves, and issues challenges to those who want one."""
        self.ask_for("turn_left")
        self.answer("/user/facial/options", {"liveness": "passive", "signup": "open"})

    def see_movements(self) -> None:
        """The service sees every movement of the challenge performed."""

        def answer(route: Route) -> None:
            asked = route.request.post_data_json or {}
            body = _inspection()
            if asked.get("front"):
                body |= MOVED.get(asked["pose"], {})
            route.fulfill(json=body)

        self._route("/user/facial/inspect", answer)

    def answer(self, path: str, body: Mapping[str, Any], status: int = 200, **headers: str) -> None:
        """Sets the service's answer for a path."""
        content = {"Content-Type": "application/json", **headers}
        self._route(path, lambda route: route.fulfill(status=status, body=json.dumps(body), headers=content))

    def match(self, **tokens: Any) -> None:
        """The service recognises every face; ``tokens`` change its answer."""
        self.answer("/user/facial/recognize", {"status": "matched", **TOKENS, **tokens})
        self.answer("/user/me", ME)

    def refuse(
        self, path: str, status: int, code: str, details: Mapping[str, Any] | None = None, **headers: str
    ) -> None:
        """Sets an error answer of the service."""
        self.tab.expected.add(status)
        error = {"code": code, "message": code, "details": details or {}}
        self.answer(path, {"error": error, "request_id": "1"}, status, **headers)

    def hang(self, path: str) -> None:
        """The service never answers this path."""
        self._route(path, lambda route: None)

    def cut(self, path: str) -> None:
        """The service is unreachable at this path."""
        self.tab.tolerated.add("Failed to load resource: net::ERR_FAILED")
        self._route(path, lambda route: route.abort())

    def _route(self, path: str, handle: Callable[[Route], None]) -> None:
        self.tab.page.unroute(f"**{path}")
        self.tab.page.route(f"**{path}", handle)

    def before(self, script: str) -> None:
        """Runs a script in the page before any other."""
        self.tab.page.add_init_script(script)


def _inspection(*hints: str) -> dict[str, Any]:
    """Returns an answer of ``POST /user/facial/inspect``."""
    face = "no_face" not in hints and "camera_covered" not in hints
    box = {"left": 0.35, "top": 0.25, "right": 0.65, "bottom": 0.65} if face else None
    pose = {"yaw": 0.0, "pitch": 0.0, "roll": 0.0} if face else None
    return {"faces": int(face), "box": box, "pose": pose, "quality": None, "hints": hints, "ready": not hints}
