"""Pure values and rules of sharing: no clock, no database, no web."""
