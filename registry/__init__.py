"""The pupil registry: the source of truth about pupils, schools and authorities."""
