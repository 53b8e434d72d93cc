"""``visage check``: whether accounts, documents, templates and images agree, and how to make them."""
