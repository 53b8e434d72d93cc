"""Distribution of the templates over the shards of a Citus cluster."""
