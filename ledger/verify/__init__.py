"""Does this evidence hold? An offline verifier for strangers: numbered steps, no trust in us."""
