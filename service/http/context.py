"""The services, for decorators and helpers. Views name theirs as parameters (``binding``)."""

from typing import cast

from flask import current_app, request

from service.services import Services

EXTENSION = "visage"


def services() -> Services:
    """The services of the application that handles this request."""
    return cast(Services, current_app.extensions[EXTENSION])


def over_https() -> bool:
    """Whether users reach the service by https, as far as the request and the settings say."""
    return request.is_secure or services().settings.secure
