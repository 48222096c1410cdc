"""Pure rules of accounts: passwords, limits, sessions, separation of powers, signing keys."""
