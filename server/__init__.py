"""The composition root: settings, wiring, application, command line."""
