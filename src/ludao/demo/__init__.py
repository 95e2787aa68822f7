"""The demonstration city: invented people in a real city's shape."""
