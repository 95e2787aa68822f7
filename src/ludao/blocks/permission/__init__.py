"""Who may do what, how far and until when, and why."""
