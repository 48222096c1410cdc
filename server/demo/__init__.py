"""The demonstration: a synthetic county, people with printed logins, and a relying party."""
