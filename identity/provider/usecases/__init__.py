"""What the provider does, one verb a file."""
