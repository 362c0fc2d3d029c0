"""What plugins tell of their steps, beside graphs and types of task."""
