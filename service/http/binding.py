"""Gives each view the services that it names as parameters."""

import inspect
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import partial, update_wrapper
from typing import Any, get_type_hints

from flask import Flask

from service.services import Services, service_properties


def bind_services(app: Flask, services: Services) -> None:
    """Binds the services of every view, once; call it after the last view is registered.

    A view names a service as :class:`Services` does, with its type. The arguments of the URL stay open.

    Raises:
        TypeError: a parameter is no service and no argument of the URL, or has another type than the service.
    """
    types = _service_types()
    url_arguments: dict[str, set[str]] = defaultdict(set)
    for rule in app.url_map.iter_rules():
        url_arguments[rule.endpoint] |= rule.arguments
    for endpoint, view in app.view_functions.items():
        bound = {}
        for name, parameter in inspect.signature(view).parameters.items():
            if name in url_arguments[endpoint]:
                continue
            if name not in types:
                raise TypeError(f"{endpoint}: there is no service {name}")
            if parameter.annotation != types[name]:
                raise TypeError(f"{endpoint}: the type of {name} is {types[name].__name__}")
            bound[name] = getattr(services, name)
        if bound:
            app.view_functions[endpoint] = _partial(view, bound)


def _partial(view: Callable[..., Any], bound: Mapping[str, Any]) -> Callable[..., Any]:
    """The view with these arguments, and still with its docstring and its declarations."""
    return update_wrapper(partial(view, **bound), view)


def _service_types() -> Mapping[str, Any]:
    made = {name: get_type_hints(member.func)["return"] for name, member in service_properties().items()}
    return get_type_hints(Services) | made
