"""What is wrong with a request itself: the errors that this layer raises. ``error_table`` says how each is answered."""

from collections.abc import Mapping
from dataclasses import dataclass


class MalformedJsonError(Exception):
    """The body is not JSON."""


class UnsupportedEncodingError(Exception):
    """The body is compressed or otherwise coded (``Content-Encoding``)."""


class HostMissingError(Exception):
    """An HTTP/1.1 request has no ``Host`` header (RFC 9112, section 3.2)."""


@dataclass(eq=False)
class RequestError(Exception):
    """Fields of the request are missing, of the wrong type or out of range.

    Attributes:
        fields: what is wrong, by the field's path in the body.
    """

    fields: Mapping[str, str]


class ConsentRequiredError(Exception):
    """A sign-up lacks the user's consent to the use of their face."""


class TokenMissingError(Exception):
    """The call needs a token and has none."""


class PasswordLoginRequiredError(Exception):
    """The call needs a token from a password login a few minutes old."""


class StrongLoginRequiredError(Exception):
    """The call needs a token from a login a few minutes old by password, passkey or challenged face."""


class OriginNotAllowedError(Exception):
    """A request with a session cookie comes from a page of another origin, or does not name its origin."""
