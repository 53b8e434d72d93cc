"""The calls of the operators' console."""
