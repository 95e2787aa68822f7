"""The catalogue: every dataset of the city, its columns and grades, its quality, where it comes from, who uses it."""
