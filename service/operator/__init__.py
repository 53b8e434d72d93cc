"""Operators' actions on accounts, images and backups; the commands call them."""
