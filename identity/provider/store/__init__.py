"""Tables of the provider and the statements that touch them."""
