"""Pure values and rules of the pupil registry: no clock, no database, no web."""
