"""The floor of the house: knows actions, events, pages and proofs, but no city."""
