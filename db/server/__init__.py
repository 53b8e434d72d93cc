"""The embedded PostgreSQL server, migrations, backups, psql, replication."""
