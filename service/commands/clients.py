"""``visage client``: the applications that may log people in by OpenID Connect."""

from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import click

from service.audit.audit import Audit
from service.commands.parameter_types import TEXT, NamedPath
from service.domain.levels import PREFIX, Requirement, required_level
from service.openid.clients import ALGORITHMS, Client, Clients, logo_of
from service.runtime.database_server import opened_database
from service.settings.model import Settings

DEFAULT_SCOPE = "openid profile email"


@click.group()
def client() -> None:
    """Show or change the applications that may log people in by OpenID Connect."""


@client.command()
@click.argument("client_id", type=TEXT)
@click.option("--redirect-uri", "redirect_uris", multiple=True, required=True, type=TEXT, help="Where codes may go.")
@click.option("--post-logout-redirect-uri", "logout_uris", multiple=True, type=TEXT, help="The same after a logout.")
@click.option("--name", type=TEXT, help="Name that people see. Without it, the id.")
@click.option("--logo", type=NamedPath(exists=True, dir_okay=False), help="PNG, JPEG or WebP file of at most 64 KiB.")
@click.option("--scope", type=TEXT, default=DEFAULT_SCOPE, show_default=True, help="What it may ask for.")
@click.option("--public", is_flag=True, help="It cannot keep a secret: a page without a server, or a native app.")
@click.option("--third-party", is_flag=True, help="It is not yours: people are asked before it learns anything.")
@click.option("--require", type=click.Choice(get_args(Requirement)), default="any", help="What its logins must reach.")
@click.option(
    "--algorithm", type=click.Choice(ALGORITHMS), default=ALGORITHMS[0], show_default=True, help="Signs its ID tokens."
)
@click.pass_obj
def add(
    settings: Settings,
    client_id: str,
    redirect_uris: Sequence[str],
    logout_uris: Sequence[str],
    name: str | None,
    logo: Path | None,
    scope: str,
    public: bool,
    third_party: bool,
    require: Requirement,
    algorithm: str,
) -> None:
    """Add the application CLIENT_ID, and show its secret, which is not stored."""
    new = Client(
        client_id=client_id,
        name=name or client_id,
        secret_hash=None,
        redirect_uris=redirect_uris,
        logout_uris=logout_uris,
        scopes=list(dict.fromkeys(scope.split())),
        third_party=third_party,
        logo=None if logo is None else logo_of(logo.read_bytes()),
        algorithm=algorithm,
        required=required_level(require),
    )
    with opened_database(settings) as database, database.unit_of_work() as work:
        secret = Clients(Audit()).add(work, new, public=public)
    click.echo(f"issuer         {settings.visit_url}")
    click.echo(f"client id      {client_id}")
    if secret is not None:
        click.echo(f"client secret  {secret}")


@client.command("list")
@click.pass_obj
def list_(settings: Settings) -> None:
    """List the applications: id, kind, what their logins must reach, and where their codes go."""
    with opened_database(settings) as database, database.unit_of_work() as work:
        clients = Clients(Audit()).listed(work)
    for one in clients:
        kind = "public" if one.is_public else "secret"
        party = "third party" if one.third_party else "own"
        logout = [f"(logout {address})" for address in one.logout_uris]
        addresses = " ".join([*one.redirect_uris, *logout])
        click.echo(f"{one.client_id:24} {kind}  {party:11}  {_required(one):12}  {addresses}")


@client.command("rotate-secret")
@click.argument("client_id", type=TEXT)
@click.pass_obj
def rotate_secret(settings: Settings, client_id: str) -> None:
    """Give the application CLIENT_ID a new secret. The one before is refused at once."""
    with opened_database(settings) as database, database.unit_of_work() as work:
        secret = Clients(Audit()).rotate_secret(work, client_id)
    click.echo(f"client secret  {secret}")


@client.command()
@click.argument("client_id", type=TEXT)
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@click.pass_obj
def remove(settings: Settings, client_id: str, yes: bool) -> None:
    """Remove the application CLIENT_ID. Its tokens become invalid, and consents to it are forgotten."""
    if not yes:
        click.confirm(f"Remove {client_id}, so that nobody can log in to it any more?", abort=True)
    with opened_database(settings) as database, database.unit_of_work() as work:
        Clients(Audit()).remove(work, client_id)
    click.echo(f"{client_id} is removed.")


def _required(client: Client) -> str:
    return "any" if client.required is None else client.required.removeprefix(PREFIX)
