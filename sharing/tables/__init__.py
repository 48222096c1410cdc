"""Tables and counts: made, measured, fitted to what left before, released."""
