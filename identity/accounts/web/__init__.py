"""Pages of sign-in, passwords, signing keys and account administration."""
