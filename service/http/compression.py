"""Compression of what is the same for everybody: pages, scripts, styles and drawings.

Answers of the API are left as they are: the length of a compressed one tells what is in it to somebody who has a say in
a part of it (the attack called BREACH).
"""

from flask import Flask
from flask_compress import Compress

from service.http import pages

TYPES = ["text/html", "text/css", "text/javascript", "image/svg+xml"]

ENCODINGS = ["br", "gzip"]
"""The better one first."""

BROTLI_QUALITY = 5
"""Of 0 to 11: 2 ms for the widget. 9 makes it no smaller in 15 ms, 11 by a twelfth in 43."""


def register_compression(app: Flask) -> None:
    """Compresses what an application sends, for clients that ask for it; its blueprints are registered already."""
    files = [endpoint for endpoint in app.view_functions if endpoint.startswith(f"{pages.blueprint.name}.")]
    app.config.update(
        COMPRESS_MIMETYPES=TYPES,
        COMPRESS_ALGORITHM=ENCODINGS,
        COMPRESS_ALGORITHM_STREAMING=ENCODINGS,
        COMPRESS_STREAMING_ENDPOINT_CONDITIONAL=files,  # which have ETags: who has the file already is told so
        COMPRESS_BR_LEVEL=BROTLI_QUALITY,
    )
    Compress(app)
