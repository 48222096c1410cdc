"""Tables and SQL of the pupil registry."""
