"""Verifies the tokens of Visage, and logs users in through it by OpenID Connect.

``TokenVerifier`` is for an application that embeds Visage's widget and receives its access tokens. ``OpenIDClient`` is
for one that sends its users to Visage's login page.
"""

from visage_client.errors import (
    LevelTooLowError,
    LoginMismatchError,
    LoginRefusedError,
    TokenExpiredError,
    TokenInvalidError,
    UnavailableError,
    VisageError,
)
from visage_client.levels import Level
from visage_client.openid import Identity, OpenIDClient, StartedLogin, Tokens
from visage_client.verifier import AccessToken, TokenVerifier

__all__ = [
    "AccessToken",
    "Identity",
    "Level",
    "LevelTooLowError",
    "LoginMismatchError",
    "LoginRefusedError",
    "OpenIDClient",
    "StartedLogin",
    "TokenExpiredError",
    "TokenInvalidError",
    "TokenVerifier",
    "Tokens",
    "UnavailableError",
    "VisageError",
]
