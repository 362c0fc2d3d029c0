"""The API as OpenAPI has it: what is described here is what is checked."""
