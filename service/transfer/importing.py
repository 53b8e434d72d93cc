"""Enrols all people in a source: reads photographs in parallel, and writes people in batches.

The import skips enrolled people before it reads their photographs. So a run can be repeated, and a killed one
continued. A batch is one transaction; its images are noted like a sign-up's, see ``service.images.store``.

Duplicates are searched among enrolled people by the statement of a login, and within a batch by comparing all pairs.
The cut-off is the one for the gallery after the batch. When duplicates are refused, these can still be missed: a
template in index lists that were not probed, at the rate in the index's comment; a person who looks unlike their other
enrolment; and, in an import of vectors, a template of another model.
"""

import math
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import islice, repeat
from uuid import UUID

import numpy as np

from db import bulk
from db.core.engine import Database
from db.core.unit_of_work import UnitOfWork
from db.queries.usernames import username_key
from db.search import templates
from db.search.index import MIN_ROWS
from service.audit.audit import Audit, Event
from service.gallery import search
from service.gallery.gallery import Gallery
from service.images.store import ImageStore
from service.transfer.reading import Outcome, PersonReader, Ready
from service.transfer.report import RefusalReason, Refused, Report, Tally
from service.transfer.sources import Listed, Source, Unreadable

BATCH = 64
"""People in one transaction. A killed import loses at most the work on these, and on as many read ahead."""

AHEAD = 1
"""Batches that are read while one is written."""

GROWTH = 2
"""Upkeep runs when ``MIN_ROWS`` people have been enrolled, because from then on an index is built. It runs again each
time this number has grown by this factor, and at the end."""


@dataclass
class _Batch:
    """People being processed. People who were skipped or refused at once are not among ``outcomes``."""

    outcomes: list[Future[Outcome]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    passed_over: int = 0
    known: int = 0


class Importer:
    """One import run. Its attributes may be read while it runs.

    Attributes:
        tally: the result so far.
    """

    def __init__(
        self,
        *,
        database: Database,
        gallery: Gallery,
        reader: PersonReader,
        images: ImageStore,
        report: Report,
        refuse_duplicates: bool,
        threads: int,
        maintain: Callable[[], None],
    ) -> None:
        """Does nothing yet. ``maintain`` is called when the gallery has grown much, and at the end of a run."""
        self._database = database
        self._gallery = gallery
        self._reader = reader
        self._images = images
        self._report = report
        self._refuse_duplicates = refuse_duplicates
        self._threads = threads
        self._maintain = maintain
        self._keys: set[str] = set()
        self._before = 0
        self.tally = Tally()

    def run(self, source: Source) -> Iterator[None]:
        """Enrols everybody, and yields after each processed part of the source.

        What is written stays, however the run ends. Raises SourceError, StorageError or DatabaseUnavailableError.
        """
        pool = ThreadPoolExecutor(self._threads)
        under_way: deque[_Batch] = deque()
        parts, upkeep_at = source.read(), MIN_ROWS
        self._before = self._gallery.snapshot().templates
        try:
            while part := list(islice(parts, BATCH)):
                under_way.append(self._begin(pool, part))
                if len(under_way) > AHEAD:
                    yield from self._conclude(under_way)
                if self.tally.enrolled >= upkeep_at:
                    self._maintain()
                    upkeep_at = GROWTH * self.tally.enrolled
            while under_way:
                yield from self._conclude(under_way)
            self._maintain()
        finally:
            pool.shutdown(cancel_futures=True)
            self._discard(under_way)

    def _begin(self, pool: ThreadPoolExecutor, parts: Sequence[Listed | Unreadable]) -> _Batch:
        """Finds out who is already enrolled, and starts reading the others."""
        batch = _Batch()
        with self._database.unit_of_work() as work:
            names = [one.account.username for one in parts if isinstance(one, Listed)]
            existing = bulk.existing(work.session, names)
        for one in parts:
            if isinstance(one, Unreadable):
                batch.refused.append(Refused(one.where, "", "", [RefusalReason.UNREADABLE], one.problem))
                continue
            name = one.account.username
            repeated = (key := username_key(name)) in self._keys
            self._keys.add(key)
            if repeated:
                batch.refused.append(Refused(one.where, name, "", [RefusalReason.USERNAME_REPEATED]))
            elif name not in existing:
                batch.outcomes.append(pool.submit(self._reader.read, one))
            elif existing[name]:
                batch.known += 1
            else:
                batch.refused.append(Refused(one.where, name, "", [RefusalReason.ACCOUNT_WITHOUT_FACE]))
        batch.passed_over = len(parts) - len(batch.outcomes)
        return batch

    def _conclude(self, under_way: deque[_Batch]) -> Iterator[None]:
        """Waits for the first batch and writes it; until then it stays in ``under_way``."""
        batch = under_way[0]
        yield from repeat(None, batch.passed_over)
        refused, ready = batch.refused, []
        for future in batch.outcomes:
            outcome = future.result()
            self.tally.looked_at += outcome.looked_at
            refused += outcome.refused
            if outcome.ready:
                ready.append(outcome.ready)
            yield
        cutoffs = self._gallery.cutoffs_for(self._before + self.tally.enrolled + len(ready))
        self.tally.known += batch.known
        if ready:
            with self._database.unit_of_work() as work:
                refused += self._write(work, cutoffs, ready)
                self._report.add(refused)  # before the commit, because enrolled people are not processed again
        else:
            self._report.add(refused)
        under_way.popleft()
        self.tally.refused += sum(not one.image for one in refused)
        self.tally.refused_images += sum(bool(one.image) for one in refused)

    def _write(self, work: UnitOfWork, cutoffs: Mapping[str, float], ready: Sequence[Ready]) -> Sequence[Refused]:
        """Writes these people, and returns the refusals.

        Like a sign-up, it adds the accounts first and then locks the gallery, so that the two cannot deadlock.
        """
        bulk.lock_batch(work.session)
        added = bulk.add_accounts(work.session, [one.person for one in ready])
        candidates = [one for one in ready if one.person.user_id in added]
        refused = self._left_out(work, [one for one in ready if one.person.user_id not in added])
        if self._refuse_duplicates:
            candidates, duplicates = self._without_duplicates(work, cutoffs, candidates)
            refused += duplicates
        bulk.add_templates(work.session, [one.person for one in candidates])
        self._store_images(work, ready, {one.person.user_id for one in candidates})
        Audit().record_people(work, Event.IMPORT, [one.person.user_id for one in candidates])
        work.on_commit(partial(self._count, candidates))
        return refused

    def _left_out(self, work: UnitOfWork, ready: Sequence[Ready]) -> list[Refused]:
        """Returns why the database refused people. People who have signed up meanwhile count as enrolled."""
        existing = bulk.existing(work.session, [one.person.username for one in ready])
        work.on_commit(partial(self._count_known, sum(existing.values())))
        return [
            _refused(
                one,
                RefusalReason.ACCOUNT_WITHOUT_FACE if one.person.username in existing else RefusalReason.EMAIL_TAKEN,
            )
            for one in ready
            if not existing.get(one.person.username)
        ]

    def _without_duplicates(
        self, work: UnitOfWork, cutoffs: Mapping[str, float], candidates: Sequence[Ready]
    ) -> tuple[list[Ready], list[Refused]]:
        """Splits into people with a new face, and refusals of the others, whose accounts are removed again."""
        templates.lock_gallery(work.session)
        own: list[Ready] = []
        refused: list[Refused] = []
        removed: list[UUID] = []
        for one in candidates:
            other = _among_enrolled(work, cutoffs, one) or _among_batch(cutoffs, one, own)
            if other is None:
                own.append(one)
            else:
                removed.append(one.person.user_id)
                refused.append(_refused(one, RefusalReason.FACE_ALREADY_ENROLLED, f"the face of {other}"))
        if removed:
            bulk.remove_accounts(work.session, removed)
        return own, refused

    def _store_images(self, work: UnitOfWork, ready: Sequence[Ready], enrolled: set[UUID]) -> None:
        for one in ready:
            if one.staged is None:
                continue
            if one.person.user_id in enrolled:
                publication = self._images.publish(one.staged, one.person.user_id)
                work.on_rollback(partial(self._images.withdraw, publication))
                work.on_commit(partial(self._images.confirm, publication))
            else:
                work.on_commit(partial(self._images.discard, one.staged))

    def _count(self, enrolled: Sequence[Ready]) -> None:
        self.tally.enrolled += len(enrolled)
        self.tally.images += sum(one.captures for one in enrolled)

    def _count_known(self, people: int) -> None:
        self.tally.known += people

    def _discard(self, under_way: Sequence[_Batch]) -> None:
        """Removes the images of people who were processed but not written."""
        for batch in under_way:
            for future in batch.outcomes:
                if future.done() and not future.cancelled() and future.exception() is None:
                    ready = future.result().ready
                    if ready and ready.staged:
                        self._images.discard(ready.staged)


def _among_enrolled(work: UnitOfWork, cutoffs: Mapping[str, float], one: Ready) -> str | None:
    """Returns the username of an enrolled person with this face, or None."""
    for candidate in search.nearest_to(work, one.averages):
        if candidate.similarity >= cutoffs.get(candidate.model_id, math.inf):
            return candidate.username
    return None


def _among_batch(cutoffs: Mapping[str, float], one: Ready, others: Sequence[Ready]) -> str | None:
    """Returns the username of a person with this face among people not written yet, or None."""
    if not others:
        return None
    model_id = one.person.model_id
    vectors = np.stack([other.person.template for other in others])
    similarities = vectors @ one.averages.directions[model_id] * one.averages.lengths[model_id]
    best = int(similarities.argmax())
    if similarities[best] >= cutoffs[model_id]:
        return others[best].person.username
    return None


def _refused(one: Ready, why: RefusalReason, detail: str = "") -> Refused:
    return Refused(one.listed.where, one.person.username, "", [why], detail)
