"""The pages, the widget and their files."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent
"""Holds ``pages`` and their ``layout``, ``docs``, ``account``, ``openid``, ``console``, ``widget``, ``styles``,
``translations`` and ``images``."""

DIST = "dist"
"""The folder in ``FOLDER`` for the output of ``web.build.bundle``; it may be missing."""

ENTRIES = {
    "visage.js": "widget/visage.js",
    "visage-account.js": "account/visage-account-define.js",
    "visage-reset.js": "account/visage-reset-define.js",
    "visage-authorize.js": "openid/visage-authorize-define.js",
    "visage-logout.js": "openid/visage-logout-define.js",
    "visage-console.js": "console/visage-console-define.js",
    "console.css": "console/console.css",
    "visage-floor.js": "widget/plain/detect.js",
    "visage-plain.js": "widget/plain/plain.js",
    "first.js": "pages/first.js",
    "page.js": "pages/page.js",
    "docs.js": "docs/docs.js",
    "docs.css": "docs/docs.css",
}
"""The files that pages load from ``DIST``, and the modules that they are made from."""

CLASSIC = frozenset({"visage-floor.js", "visage-plain.js", "first.js"})
"""The files of ``ENTRIES`` that are classic scripts, for browsers without modules."""

DECLARATIONS = {name: f"widget/{name}" for name in ("visage.d.ts", "visage-react.d.ts")}
"""The type declarations of the bundle; they are copied unchanged."""
