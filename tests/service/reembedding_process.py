"""Re-embeds this many people, prints it, and waits to be killed: ``python -m tests.service.reembedding_process``."""

import sys
from pathlib import Path

from db.core.engine import create_database
from db.queries.reembedding import sole_reembedding
from service.settings.model import Settings
from tests.service.changing_models import reembedder

if __name__ == "__main__":
    url, home, people = sys.argv[1:]
    database = create_database(url)
    changing = reembedder(Settings(home=Path(home)), database)
    with sole_reembedding(database):
        run = changing.run(changing.begin())
        for _ in range(int(people)):
            next(run)
        print("ready", flush=True)
        sys.stdin.read()
