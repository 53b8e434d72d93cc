"""Requests as Authlib takes them."""

from collections import defaultdict
from collections.abc import Mapping

from authlib.oauth2.rfc6749 import OAuth2Payload, OAuth2Request
from werkzeug.datastructures import MultiDict

from service.openid.grants import Granted


class Parameters(OAuth2Payload):  # type: ignore[misc]
    """The parameters of a request."""

    def __init__(self, values: MultiDict[str, str]) -> None:
        self._values = values

    @property
    def data(self) -> MultiDict[str, str]:
        """Overrides Authlib."""
        return self._values

    @property
    def datalist(self) -> defaultdict[str, list[str]]:
        """Overrides Authlib."""
        return defaultdict(list, {name: self._values.getlist(name) for name in self._values})


class ProviderRequest(OAuth2Request):  # type: ignore[misc]
    """A request whose parameters come from one place: the query, the body, or a pushed request.

    Attributes:
        granted: what the exchange of this request grants; set by the grant.
    """

    granted: Granted | None = None

    def __init__(self, method: str, uri: str, headers: Mapping[str, str], values: MultiDict[str, str]) -> None:
        """``uri`` is the public one: Authlib refuses http, except to one's own machine (InsecureTransportError)."""
        super().__init__(method, uri, headers=headers)
        self.payload = Parameters(values)
        self._values = values

    @property
    def args(self) -> MultiDict[str, str]:
        """Overrides Authlib."""
        return self._values

    @property
    def form(self) -> MultiDict[str, str]:
        """Overrides Authlib."""
        return self._values
