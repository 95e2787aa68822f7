"""City vital signs: five hundred and more indicators, the health check, and why a figure moved."""
