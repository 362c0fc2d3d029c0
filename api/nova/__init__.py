"""Nova's servers, instance actions and tasks, as views of the history."""
