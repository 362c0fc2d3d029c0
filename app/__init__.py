"""The processes that are made of the other rooms."""
