"""Parse, call one use case, present."""
