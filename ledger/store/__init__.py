"""Where the log is kept: the entries and checkpoints in tables, the tiles in derived files."""
