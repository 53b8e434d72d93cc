"""The service behind a proxy that gives its pages another camera, or a passkey.

WebKit's driver cannot run a script before those of a page. So an nginx adds one to each page. The pages' content
security policy stays as it is: the script comes from the pages' own origin.
"""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from embeddings.core.types import RGBImage
from tests.camera_film import empty_room
from tests.nginx import Nginx
from tests.running_service import free_port
from tests.turned_heads import encode_jpeg

FILM_CAMERA = Path(__file__).with_name("camera.js").read_text()
"""The script of a camera that shows a ``PictureFilm``."""

NOTE_COMPLAINTS = """
for (const kind of ['error', 'unhandledrejection', 'securitypolicyviolation']) {
  addEventListener(kind, ({ message, reason, violatedDirective, blockedURI }) => {
    const earlier = JSON.parse(sessionStorage.getItem('complaints') ?? '[]')
    const complaint = `${kind}: ${message ?? reason ?? `${violatedDirective} ${blockedURI}`}`
    sessionStorage.setItem('complaints', JSON.stringify([...earlier, complaint]))
  })
}
"""

LOCATIONS = """
location / {
  proxy_pass %(service)s;
  proxy_set_header Host $http_host;
  proxy_set_header Accept-Encoding "";
  client_max_body_size 64m;
  sub_filter '<head>' '<head><script src="/camera/script.js"></script>';
}
location /camera/ {
  root %(folder)s;
  types { text/javascript js; image/jpeg jpg; }
  add_header Cache-Control no-store;
}
"""


class PictureFilm:
    """A film of one picture at a time; see ``visitor.Film``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.show([empty_room()])

    def show(self, frames: Sequence[RGBImage]) -> None:
        """Replaces the picture; there must be exactly one."""
        (frame,) = frames
        new = self._path.with_suffix(".new")
        new.write_bytes(encode_jpeg(frame))
        new.replace(self._path)


class CameraSite:
    """The proxied service.

    Attributes:
        url: without a slash at the end.
        film: what the camera shows, if its script is ``FILM_CAMERA``.
    """

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.film = PictureFilm(folder / "film.jpg")
        self._script = folder / "script.js"

    def run_first(self, script: str) -> None:
        """Runs this script, for example one that replaces the camera, first in each page that is opened from now on."""
        self._script.write_text(NOTE_COMPLAINTS + script)


@contextlib.contextmanager
def camera_site(service_url: str, folder: Path) -> Iterator[CameraSite]:
    """Runs the proxy in front of a service; ``folder`` is for its files."""
    files = folder / "camera"
    files.mkdir()
    locations = LOCATIONS % {"service": service_url, "folder": folder}
    with Nginx(folder, locations, free_port()) as nginx:
        yield CameraSite(nginx.url, files)
