"""What needs no table: how words are understood, and what a complete item says."""
