"""A process that rebuilds a vector index repeatedly until it is killed; prints "ready" before it begins."""

import itertools
import sys

from db.core.engine import create_database
from db.search.index import Action, rebuild_index
from tests.db.gallery import MODEL
from tests.db.indexes import FORM, SIMILARITIES

if __name__ == "__main__":
    database = create_database(sys.argv[1])
    print("ready", flush=True)
    for _ in itertools.count():
        assert rebuild_index(database, MODEL, FORM, SIMILARITIES) in {Action.BUILT, Action.REBUILT, Action.BUSY}
