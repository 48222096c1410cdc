"""The tamper-evident log: whatever left, who approved it; strangers can verify it."""
