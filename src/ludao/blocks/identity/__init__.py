"""People, organisations, posts, areas and sessions of the city."""
