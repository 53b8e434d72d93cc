"""How often who may try what."""
