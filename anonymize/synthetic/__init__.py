"""Invented pupils by the column: for a sandbox, for demonstrations, for measurements. Heavy."""
