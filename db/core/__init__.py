"""Connections, transactions, tables and errors."""
