"""What a process needs to run: data folder, durable files, logs, metrics, the database server it starts."""
