"""An authorization code as Authlib takes one."""

from authlib.oidc.core import AuthorizationCodeMixin

from service.openid.grants import Code


class OAuthCode(AuthorizationCodeMixin):  # type: ignore[misc]
    """Tells Authlib about a code. Every method overrides Authlib's.

    Attributes:
        row: the code.
    """

    def __init__(self, row: Code) -> None:
        self.row = row
        self.code_challenge = row.code_challenge
        self.code_challenge_method = "S256"

    def get_redirect_uri(self) -> str:
        return self.row.redirect_uri

    def get_scope(self) -> str:
        return " ".join(self.row.scopes)
