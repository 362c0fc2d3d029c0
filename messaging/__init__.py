"""The contracts between engines, agents and the API."""
