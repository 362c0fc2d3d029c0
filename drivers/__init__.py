"""How a type of task is done on a node."""
