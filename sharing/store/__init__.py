"""Tables and SQL of sharing."""
