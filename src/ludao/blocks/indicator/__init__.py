"""Indicators: what the city is measured by, defined in files or pages, computed in one pass, traced to its rows."""
