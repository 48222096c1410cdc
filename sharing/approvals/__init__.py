"""Approvals: review, signature, delegation, revocation."""
