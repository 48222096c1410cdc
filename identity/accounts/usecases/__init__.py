"""What people do with accounts, one verb a file."""
