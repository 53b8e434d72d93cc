"""The operators' console: who may open it, and what it shows."""
