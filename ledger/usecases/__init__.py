"""Append, seal, prove: what the house does with its log."""
