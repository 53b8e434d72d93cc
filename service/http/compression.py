"""Compresses the files that are the same for all clients: pages, scripts, styles and drawings.

Responses of the API are not compressed: an attacker who controls a part of a response can learn the rest from its
compressed length (the BREACH attack).
"""

from flask import Flask
from flask_compress import Compress

from service.http import pages

TYPES = ["text/html", "text/css", "text/javascript", "image/svg+xml"]

ENCODINGS = ["br", "gzip"]
"""In order of preference."""

BROTLI_QUALITY = 5
"""From 0 to 11. 5 takes 2 ms for the widget; 9 takes 15 ms for the same size, 11 takes 43 ms and saves a twelfth."""


def register_compression(app: Flask) -> None:
    """Compresses the files of an application, if the client accepts it. Call this after registering the blueprints."""
    files = [endpoint for endpoint in app.view_functions if endpoint.startswith(f"{pages.blueprint.name}.")]
    app.config.update(
        COMPRESS_MIMETYPES=TYPES,
        COMPRESS_ALGORITHM=ENCODINGS,
        COMPRESS_ALGORITHM_STREAMING=ENCODINGS,
        COMPRESS_STREAMING_ENDPOINT_CONDITIONAL=files,  # their ETags still answer conditional requests
        COMPRESS_BR_LEVEL=BROTLI_QUALITY,
    )
    Compress(app)
