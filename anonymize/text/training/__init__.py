"""How the name model is made; nothing that runs in production imports this."""
