"""The OpenID provider: clients, authorization, tokens, keys."""
