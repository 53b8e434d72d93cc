"""The services, as a view reaches them."""

from typing import cast

from flask import current_app

from service.services import Services

EXTENSION = "visage"


def services() -> Services:
    """The services of the application that handles this request."""
    return cast(Services, current_app.extensions[EXTENSION])
