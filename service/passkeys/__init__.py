"""Passkeys (WebAuthn Level 3): adding them to an account, and logging in with them."""
