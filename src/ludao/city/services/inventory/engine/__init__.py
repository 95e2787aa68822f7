"""How alike two systems are. Pure."""
