"""What can be done with sharing: one verb a file."""
