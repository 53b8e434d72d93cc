"""Models of existing enrolments that differ from the settings' model. The log reports them."""

import logging
from collections.abc import Mapping
from pathlib import Path

from db.core.engine import Database
from db.search import templates
from embeddings.core.errors import ModelError
from embeddings.core.models import ModelCard, card
from embeddings.weights.prepare import prepare_network
from service.settings.model import Settings

logger = logging.getLogger(__name__)


def earlier_cards(settings: Settings, database: Database) -> Mapping[ModelCard, int]:
    """Returns the other known models that still have templates, and the number of people with each."""
    with database.unit_of_work() as work:
        model_ids = [one for one in templates.models_present(work.session) if one != settings.card.model_id]
        people = templates.count_by_model(work.session, model_ids)
    known = {}
    for model_id in model_ids:
        try:
            known[card(model_id)] = people[model_id]
        except ModelError as error:
            _warn(model_id, people[model_id], error)
    return known


def prepare_earlier_models(settings: Settings, database: Database) -> Mapping[ModelCard, Path]:
    """Returns the usable earlier models with their converted files; converts a network that was never converted."""
    usable = {}
    for earlier, people in earlier_cards(settings, database).items():
        try:
            usable[earlier] = prepare_network(earlier.model_id, settings.models_folder, settings.weights_url)
        except ModelError as error:
            _warn(earlier.model_id, people, error)
        else:
            logger.info("%d people have a template of %s: run `visage reembed`", people, earlier.model_id)
    return usable


def _warn(model_id: str, people: int, error: ModelError) -> None:
    logger.warning("the templates of %d people by %s cannot be used: %s; run `visage reembed`", people, model_id, error)
