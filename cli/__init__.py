"""The command line, which speaks to the API only."""
