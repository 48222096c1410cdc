"""Which disclosures happened? A tamper-evident log that strangers can verify.

This package's `domain` and `verify` need the standard library and `cryptography` alone, so an
auditor can run `python -m ledger verify` with nothing else of the house installed.
"""
