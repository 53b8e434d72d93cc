"""SQL: tables, queries, the vector index and the embedded PostgreSQL. Start reading at ``core/models.py``.

The rooms: each imports only those before it (``tests/test_rooms.py``). They are core, queries, search, bulk.py, server,
sharding.
"""
