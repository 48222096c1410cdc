"""Personal data in Chinese text: found, and taken out."""
