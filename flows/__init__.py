"""What is to be done: from the files of a deployment to a plan of executions."""
