"""The ways data comes: folders, databases, HTTP APIs and streams, each into a file that is kept as it came."""
