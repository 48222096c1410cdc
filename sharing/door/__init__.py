"""The door: the only way by which registry data leaves."""
