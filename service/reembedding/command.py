"""``visage reembed``: gives all users a template of a model, retires other templates, and reports the result."""

from collections.abc import Iterator

import click

from db.core.engine import Database, create_database
from db.queries.reembedding import sole_reembedding
from embeddings.core.models import SFACE, ModelCard
from embeddings.embed.litert_engine import LiteRTEngine
from embeddings.weights.prepare import prepare_network
from service.domain.operator_errors import ReembeddingUnderWayError
from service.gallery.upkeep import maintain
from service.gallery.vector_index import VectorIndex
from service.images.store import open_images
from service.reembedding.retirement import Retirement, retire_others
from service.reembedding.rounds import Reembedder, Report
from service.runtime.progress import show_progress
from service.settings.capacity import usable_cores
from service.settings.model import Settings, variable_name


def reembed(settings: Settings, url: str, target: ModelCard) -> Report:
    """Re-embeds and prints the result; progress goes to stderr.

    Args:
        settings: name the images and the model that the service is to use.
        url: the URL of the database, migrated.
        target: the model of the new templates. Templates of other models are retired only if the settings name it.

    Raises:
        ReembeddingUnderWayError: another process is re-embedding.
        DatabaseError: the database became unavailable, or is not migrated; another run continues.
        ModelError: the target model cannot be computed.
    """
    database = create_database(url)
    with sole_reembedding(database) as mine:
        if not mine:
            raise ReembeddingUnderWayError
        report = _renew(settings, database, target)
        for line in _of_report(report, target.model_id):
            click.echo(line)
        for line in _retire_others(settings, database, target):
            click.echo(line)
    database.dispose()
    return report


def _renew(settings: Settings, database: Database, target: ModelCard) -> Report:
    """Uses half of the cores; the others remain free for logins."""
    threads = max(1, usable_cores() // 2)
    network = prepare_network(target.model_id, settings.models_folder, settings.weights_url)
    reembedder = Reembedder(
        database=database,
        engine=LiteRTEngine({target.model_id: network}, threads),
        images=open_images(settings),
        max_pixels=settings.max_pixels,
        threads=threads,
    )
    report = reembedder.begin()
    label = f"Re-embedding to {target.model_id}"
    show_progress(reembedder.run(report), report.outdated, label, lambda: report.looked_at, "people")
    return report


def _retire_others(settings: Settings, database: Database, target: ModelCard) -> Iterator[str]:
    if target.model_id != settings.card.model_id:
        yield f"The settings' model is {settings.card.model_id}: nothing is retired, and logins use its templates."
        yield f"To use the new ones {_how_to_choose(target)}"
        return
    yield from _of_retirement(retire_others(database, target.model_id), target)
    index = VectorIndex(database, target, settings.index)
    maintain(database, target, index)


def _of_report(report: Report, model_id: str) -> Iterator[str]:
    yield f"Re-embedded to {model_id}: {report.renewed:,}."
    yield (
        f"Skipped: {report.current:,} who already had a template of it, "
        f"{report.changed:,} whose face was enrolled again or erased meanwhile."
    )
    if not report.left_behind:
        return
    yield (
        f"Not re-embedded: {len(report.left_behind):,}. They keep their old template, and are asked to enrol again "
        "after a password login:"
    )
    width = max(len(one.username) for one in report.left_behind)
    for one in report.left_behind:
        yield f"  {one.username:{width}}  {one.reason}"


def _of_retirement(retirement: Retirement, target: ModelCard) -> Iterator[str]:
    if retirement.held_back_by:
        yield f"The old templates stay, because a running service uses {', '.join(retirement.held_back_by)}."
        yield f"To retire them {_how_to_choose(target)}"
        return
    for retired, count in retirement.templates.items():
        yield f"Retired of {retired}: {count:,}."


def _how_to_choose(model: ModelCard) -> str:
    """Says how to make the service use this model, so that the other templates can be retired."""
    networks, _, weights = model.model_id.partition("-")
    chosen = f"{variable_name('networks')}={networks}"
    if networks != SFACE:
        chosen += f" and {variable_name('weights')}={weights}"
    return f"restart the service with {chosen}, then run `visage reembed` with them."
