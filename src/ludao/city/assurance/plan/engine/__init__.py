"""How a work plan is read and judged: pure functions, nothing of Django."""
