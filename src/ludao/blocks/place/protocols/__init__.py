"""Outside standards that places speak."""
