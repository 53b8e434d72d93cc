"""The services, as a view reaches them."""

from typing import cast

from flask import current_app, request

from service.services import Services

EXTENSION = "visage"


def services() -> Services:
    """The services of the application that handles this request."""
    return cast(Services, current_app.extensions[EXTENSION])


def over_https() -> bool:
    """Whether people reach the service by https, as far as it knows."""
    return request.is_secure or services().settings.secure
