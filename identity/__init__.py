"""Who people are here, and the OpenID provider that says so to others."""
