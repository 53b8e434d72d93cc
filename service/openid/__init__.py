"""The OpenID provider: clients, authorization codes, consents, single sign-on, and what tokens say."""
