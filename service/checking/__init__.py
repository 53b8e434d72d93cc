"""``visage check``: checks that accounts, documents, templates and images agree, and repairs them."""
