"""On a node: attempts, their journal and their reports."""
