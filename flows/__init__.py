"""What is to be done: from a deployment's files to a plan of executions."""
