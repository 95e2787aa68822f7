"""What programs of other organisations speak with us."""
