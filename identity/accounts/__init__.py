"""Accounts, sessions and signing keys of people."""
