"""Rules of the OpenID provider as pure values: no web, no database."""
