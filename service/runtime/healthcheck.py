"""Tells by its exit status whether the service on this machine is ready: ``python -m service.runtime.healthcheck``.

For containers and other supervisors that restart a service which has stopped answering.
"""

import http.client
import ssl
import sys

from service.domain.operator_errors import SettingsError
from service.settings.model import WILDCARD_HOSTS, Settings
from service.settings.reading import read_settings

TIMEOUT_SECONDS = 4.0


def is_healthy(settings: Settings) -> bool:
    """Asks the service with these settings whether it is ready."""
    host = "localhost" if settings.host in WILDCARD_HOSTS else settings.host
    connection = _connection(host, settings)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _connection(host: str, settings: Settings) -> http.client.HTTPConnection:
    """The certificate's name is not verified: it is the public host name, and the service is on this machine."""
    if settings.tls_cert is None:
        return http.client.HTTPConnection(host, settings.port, timeout=TIMEOUT_SECONDS)
    context = ssl.create_default_context(cafile=settings.tls_cert)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(host, settings.port, timeout=TIMEOUT_SECONDS, context=context)


if __name__ == "__main__":
    try:
        found = read_settings()
    except SettingsError as error:
        sys.exit(f"Error: {error}")
    sys.exit(0 if is_healthy(found) else 1)
