"""``visage import``: reads a source, enrols all people in it, and reports the result to the operator."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from db.bulk import sole_import as sole_import_into
from db.core.engine import Database, create_database
from service.domain.counted import counted
from service.domain.errors import StorageError
from service.domain.operator_errors import ImportUnderWayError
from service.faces.captures import CaptureReader
from service.faces.engine import open_engine
from service.gallery.earlier_models import prepare_earlier_models
from service.gallery.gallery import Gallery
from service.gallery.upkeep import maintain
from service.gallery.vector_index import VectorIndex
from service.runtime.data_folder import sole_import
from service.runtime.progress import show_progress
from service.settings.capacity import usable_cores
from service.settings.model import Settings
from service.transfer.images import import_images, settle_imports
from service.transfer.importing import Importer
from service.transfer.reading import PersonReader
from service.transfer.report import Report, Tally
from service.transfer.sources import open_source


@dataclass(frozen=True)
class ImportOptions:
    """The operator's options.

    Attributes:
        source: a folder, a ``.csv`` or a ``.jsonl``.
        min_images: the minimum number of usable photographs of a person.
        report: the file for the refusals; None for a file beside the source.
        threads: how many images are processed at the same time; None for one per core.
    """

    source: Path
    min_images: int
    report: Path | None
    threads: int | None

    @property
    def report_path(self) -> Path:
        """The file for the refusals."""
        source = self.source.resolve()
        return self.report or source.with_name(f"{source.name}.refused.csv")


def import_people(settings: Settings, url: str, options: ImportOptions) -> Tally:
    """Imports and prints the result; progress goes to stderr.

    Args:
        settings: name the images, the model, and whether a face may be enrolled twice.
        url: the URL of the database, migrated.
        options: what to import, and how.

    Returns:
        What was enrolled and what was refused.

    Raises:
        SourceError: the source cannot be read, or the report cannot be written.
        ImportUnderWayError: another process is importing.
        StorageError: the images cannot be stored. After this and the following errors another run continues.
        DatabaseError: the database became unavailable, or is not migrated.
        ModelError: the model cannot be computed.
    """
    source = open_source(options.source)
    report = Report(options.report_path)
    report.check()
    database = create_database(url)
    with _alone(settings, database):
        images = import_images(settings)
        settle_imports(database, images)
        importer = _importer(settings, database, options, report)
        started = time.monotonic()
        tally = importer.tally
        show_progress(importer.run(source), source.count(), "Importing", lambda: tally.looked_at, "images")
        for line in _summary(tally, report, time.monotonic() - started):
            click.echo(line)
    database.dispose()
    return tally


@contextmanager
def _alone(settings: Settings, database: Database) -> Iterator[None]:
    """Prevents other imports into the database and the data folder. Raises ImportUnderWayError."""
    with ExitStack() as stack:
        if not stack.enter_context(sole_import(settings.home)):
            raise ImportUnderWayError
        if not stack.enter_context(sole_import_into(database)):
            raise ImportUnderWayError
        yield


def _importer(settings: Settings, database: Database, options: ImportOptions, report: Report) -> Importer:
    card = settings.card
    threads = options.threads or usable_cores()
    refuse_duplicates = settings.duplicate_face == "reject"
    others = prepare_earlier_models(settings, database) if refuse_duplicates else {}
    engine = open_engine(settings, others, threads)
    gallery = Gallery(database, [card, *others], settings.budget)
    images = import_images(settings)
    reader = PersonReader(
        model_id=card.model_id,
        searched=list(gallery.snapshot().models),
        captures=CaptureReader(engine, settings.max_pixels, card.same_person_floor),
        images=images,
        consent=settings.consent,
        min_images=options.min_images,
        max_pixels=settings.max_pixels,
        max_bytes=settings.max_request_mb << 20,
    )
    return Importer(
        database=database,
        gallery=gallery,
        reader=reader,
        images=images,
        report=report,
        refuse_duplicates=refuse_duplicates,
        threads=threads,
        maintain=lambda: maintain(database, card, VectorIndex(database, card, settings.index)),
    )


def _summary(tally: Tally, report: Report, seconds: float) -> Iterator[str]:
    yield f"Enrolled: {tally.enrolled:,}, with {tally.images:,} images or vectors."
    yield f"Skipped: {tally.known:,} who were already enrolled."
    rate = tally.looked_at / seconds
    yield f"Processed {tally.looked_at:,} images or vectors in {seconds:.1f} s: {rate:.1f} a second."
    if tally.refused or tally.refused_images:
        refused = counted(tally.refused, "person or line", "people or lines")
        yield f"Refused: {refused}. Not used: {counted(tally.refused_images, 'image', 'images')}."
        yield f"The reasons are in {report.path}"


def storage_problem(error: StorageError) -> str:
    """Returns the message for an operator when images cannot be stored."""
    return f"the images cannot be stored: {error.__cause__}; fix this and run the command again to continue"
