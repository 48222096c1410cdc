"""What a release still gives away, in figures."""
