"""Pupils come in: files read, judged, staged, committed."""
