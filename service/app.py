"""The application factory: adds the HTTP layer to the services."""

from flask import Flask

from service.http import accounts, application, comparison, disputes, facial, operations, pages, passkeys
from service.http.base_path import BasePath
from service.http.binding import bind_services
from service.http.compression import register_compression
from service.http.console import audit as console_audit
from service.http.console import disputes as console_disputes
from service.http.console import index as console_index
from service.http.console import keys as console_keys
from service.http.console import overview as console_overview
from service.http.console import people as console_people
from service.http.console import session as console_session
from service.http.console import trust as console_trust
from service.http.context import EXTENSION
from service.http.cors import register_cors
from service.http.error_responses import register_error_handlers
from service.http.limits import register_limits
from service.http.middleware import register_middleware
from service.http.openid import authorization, discovery, logout, tokens
from service.http.proxies import TrustedProxies
from service.services import Services, open_services
from service.settings.model import Settings


def create_app(settings: Settings, services: Services | None = None) -> Flask:
    """Creates the WSGI application of one process.

    Args:
        settings: read once by the caller.
        services: by default opened from the settings; raises as :func:`service.services.open_services`.
    """
    app = Flask("visage", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_request_mb << 20
    app.url_map.merge_slashes = False
    app.json.sort_keys = False  # type: ignore[attr-defined]
    services = services or open_services(settings)
    app.extensions[EXTENSION] = services
    register_middleware(app, services)
    register_cors(app, services.settings.cors_origins)
    register_error_handlers(app)
    register_limits(app)
    for module in (
        facial,
        disputes,
        accounts,
        passkeys,
        application,
        comparison,
        discovery,
        authorization,
        tokens,
        logout,
        console_session,
        console_people,
        console_disputes,
        console_audit,
        console_keys,
        console_trust,
        console_index,
        console_overview,
        operations,
        pages,
    ):
        app.register_blueprint(module.blueprint)
    app.register_blueprint(authorization.page_blueprint)
    bind_services(app, services)
    register_compression(app)
    mounted = BasePath(app.wsgi_app, settings.base_path)
    app.wsgi_app = TrustedProxies(mounted, settings.trusted_proxies)  # type: ignore[method-assign]
    return app
