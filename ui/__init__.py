"""The web page: what the API tells, for people with a browser."""
