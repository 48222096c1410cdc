"""What can be done with the registry: one verb a file."""
