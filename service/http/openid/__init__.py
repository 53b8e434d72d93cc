"""The OpenID provider's calls: Authlib knows the protocol, ``service.openid`` decides."""
