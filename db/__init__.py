"""SQL: tables, queries, the vector index and the embedded PostgreSQL. Start reading at ``core/models.py``.

The subpackages, in the order in which they may import each other: core, queries, search, bulk.py, server,
sharding.
"""
