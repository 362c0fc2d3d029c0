"""The ground that every room stands on: errors, states, clock and ids."""
