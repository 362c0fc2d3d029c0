"""Options of oslo.config, one file per group."""
