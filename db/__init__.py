"""The database: engine and transactions, models, queries, the vector index's life, the embedded PostgreSQL."""
