"""What is special to processes."""
