"""``visage serve``, ``visage demo`` and ``visage prepare``."""

import click

from service.faces.engine import prepare_networks
from service.settings.model import Settings


@click.command()
@click.pass_obj
def serve(settings: Settings) -> None:
    """Start the database, migrate it, load the models, and serve."""
    # gunicorn needs the current folder at import; if that folder was removed, other commands still work.
    from service.serving.server import serve as serve_forever  # noqa: PLC0415 (see above)

    serve_forever(settings)


@click.command()
@click.pass_obj
def demo(settings: Settings) -> None:
    """Try everything: a service on this machine with a sample account. It deletes itself when you end it.

    It has a database, keys and a folder of its own, and listens on 127.0.0.1 only. Settings other than VISAGE_PORT,
    VISAGE_MODELS and those of the log do not apply.
    """
    from service.demo.demo import run_demo  # noqa: PLC0415 (see serve)

    run_demo(settings, click.echo)


@click.command()
@click.pass_obj
def prepare(settings: Settings) -> None:
    """Convert the networks of the settings now instead of at the first start."""
    for network in prepare_networks(settings):
        click.echo(network)
