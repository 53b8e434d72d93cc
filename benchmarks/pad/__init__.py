"""How many attack presentations pass a challenge, and how many people do not."""
