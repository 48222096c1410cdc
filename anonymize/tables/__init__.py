"""Tables as numbers: classes, privacy models, the search for the best generalization. Heavy."""
