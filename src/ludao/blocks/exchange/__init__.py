"""Exchange: data of the departments comes in, is checked against its contract, and goes out again."""
