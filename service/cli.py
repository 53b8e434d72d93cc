"""The command line ``visage COMMAND``. The Makefile's targets call it; the commands are in ``service/commands``."""

import logging

import click

from service.commands import (
    audit,
    backup,
    check,
    clients,
    database,
    disputes,
    doctor,
    gallery,
    images,
    index,
    invitations,
    keys,
    operators,
    retention,
    serving,
    users,
)
from service.commands.plain import PlainGroup
from service.runtime.logs import configure_logging
from service.settings.reading import read_settings, unknown_settings

COMMANDS: tuple[click.Command, ...] = (
    serving.serve,
    serving.demo,
    serving.prepare,
    backup.backup,
    backup.restore,
    database.migrate,
    database.psql,
    database.distribute,
    doctor.doctor,
    check.check,
    gallery.import_,
    gallery.export,
    gallery.reembed,
    images.images,
    users.user,
    invitations.invite,
    clients.client,
    disputes.dispute,
    operators.operator,
    audit.audit,
    retention.retention,
    index.index,
    keys.keys,
)

logger = logging.getLogger(__name__)


@click.group(cls=PlainGroup, commands=COMMANDS)
@click.version_option(package_name="visage", message="%(package)s %(version)s")
@click.pass_context
def main(context: click.Context) -> None:
    """Face sign-up and login that a team hosts itself."""
    context.obj = read_settings()
    configure_logging(context.obj.log_level, context.obj.log_format)
    for problem in unknown_settings():
        logger.warning(problem)


if __name__ == "__main__":
    main()
