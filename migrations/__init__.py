"""The numbered changes of the schema, run by ``db.server.migrate``."""
