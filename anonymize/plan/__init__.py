"""What will be done: the plan, its parts and its document. Plain Python."""
