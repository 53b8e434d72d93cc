"""The pages, the widget and what they load: plain files that the service hands out as they are."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent
"""Holds ``pages``, ``docs``, ``account``, ``widget``, ``styles``, ``translations`` and ``images``."""

DIST = "dist"
"""The folder in ``FOLDER`` with what ``web.build.bundle`` makes of the rest; it need not be there."""

ENTRIES = {
    "visage.js": "widget/visage.js",
    "visage-account.js": "account/visage-account-define.js",
    "visage-reset.js": "account/visage-reset-define.js",
    "page.js": "pages/page.js",
    "docs.js": "docs/docs.js",
    "docs.css": "docs/docs.css",
}
"""What pages load from ``DIST``, and the modules that each is made of."""

DECLARATIONS = {name: f"widget/{name}" for name in ("visage.d.ts", "visage-react.d.ts")}
"""The types of what is in the bundle: they go beside it as they are."""
