"""Templates spread over the shards of a Citus cluster."""
