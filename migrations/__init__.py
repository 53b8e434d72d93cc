"""The numbered migrations of the schema, run by ``db.server.migrate``."""
