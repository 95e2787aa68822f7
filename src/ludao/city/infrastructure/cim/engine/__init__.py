"""Reads a city model, and raises blocks from addresses; pure functions."""
