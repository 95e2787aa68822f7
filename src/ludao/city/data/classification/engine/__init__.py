"""What a column means, proposed from its name and a sample of its values. Pure functions, no Django tables."""
