"""What operators do to accounts, images and backups; the commands call it."""
