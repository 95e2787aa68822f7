"""What is special to identity, tried on real servers."""
