"""How long something may be silent before it is taken for dead."""

#: Seconds without a sign of life of an engine or an agent.
LIVE = 10.0
#: The same in microseconds.
LIVE_MICROS = int(LIVE * 1_000_000)
