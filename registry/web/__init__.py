"""The registry's pages: parse, call one use case, present."""
