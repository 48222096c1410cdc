"""The format: pure functions on bytes. Who only wants to verify reads these files."""
