"""Tables larger than memory, from file to file: shards, one guarantee, one report. Heavy."""
