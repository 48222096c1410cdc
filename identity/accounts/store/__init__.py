"""Tables of accounts, sessions, attempts, signing keys and security events, and their SQL."""
