"""Data requests: what is asked, by whom, for whom."""
