"""Operations of Nova's servers, instance actions and tasks."""
