"""Shared words of the house: ids, time, who is calling, errors, bytes, keys, the database."""
