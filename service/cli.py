"""The command line: ``visage COMMAND``; the Makefile's targets call it. The commands are in ``service/commands``."""

import logging

import click

from service.commands import database, disputes, doctor, gallery, index, invitations, keys, serving, users
from service.commands.errors import plain_errors
from service.settings import read_settings

COMMANDS: tuple[click.Command, ...] = (
    serving.serve,
    serving.prepare,
    database.migrate,
    database.psql,
    database.distribute,
    doctor.doctor,
    gallery.import_,
    gallery.export,
    gallery.reembed,
    users.user,
    invitations.invite,
    disputes.dispute,
    index.index,
    keys.keys,
)


@click.group(commands=COMMANDS)
@click.pass_context
def main(context: click.Context) -> None:
    """Face sign-up and login that a team hosts itself."""
    with plain_errors():
        context.obj = read_settings()
    logging.basicConfig(level=context.obj.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
