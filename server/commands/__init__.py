"""The command line, one file a noun. A command parses, makes one call, and presents."""
