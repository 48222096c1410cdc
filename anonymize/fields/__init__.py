"""One value, one column: masks, pseudonyms, hierarchies. Plain Python but for `columns`."""
