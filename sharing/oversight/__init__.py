"""Who got what: audit, open list, consents, the own page."""
