"""What a chart is and how it is asked: pure functions, no Django."""
