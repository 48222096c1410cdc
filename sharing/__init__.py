"""The door: data requests, approvals, releases, disclosures. Whatever leaves, leaves through it."""
