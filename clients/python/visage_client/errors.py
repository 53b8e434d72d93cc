"""What the package raises. Every error is a :class:`VisageError`; none of them contains a token or a secret."""

from visage_client.levels import Level


class VisageError(Exception):
    """The base of all errors of this package."""


class UnavailableError(VisageError):
    """Visage cannot be reached, or its response cannot be used. The same call may succeed later."""


class TokenInvalidError(VisageError):
    """The token was not issued by this Visage for this application. The message says what is wrong with it."""


class TokenExpiredError(TokenInvalidError):
    """The token was valid and has expired."""


class LevelTooLowError(VisageError):
    """The user logged in at a level that does not satisfy the required one, or too long ago: let them log in again.

    Attributes:
        required: the level that the application requires; None if it only requires a more recent login.
        reached: the level of the login; None for a level that this version of the package does not know.
    """

    def __init__(self, required: Level | None, reached: Level | None) -> None:
        """The message follows from the levels."""
        if required is None:
            super().__init__("the login is too long ago")
        else:
            super().__init__(f"the login has the level {reached or 'unknown'}, required is {required}")
        self.required = required
        self.reached = reached


class LoginRefusedError(VisageError):
    """Visage refused a login or a refresh with an error of OAuth 2.0.

    Attributes:
        error: the code, such as ``access_denied``, ``login_required``, ``invalid_grant`` or
            ``unmet_authentication_requirements``.
        description: the explanation for developers; may be empty.
    """

    def __init__(self, error: str, description: str) -> None:
        """The message is the code and the description."""
        super().__init__(f"{error}: {description}" if description else error)
        self.error = error
        self.description = description


class LoginMismatchError(VisageError):
    """The response does not belong to the login that this browser started. Start again, and do not trust it.

    It is old, was sent twice, comes from another provider, or was forged.
    """
