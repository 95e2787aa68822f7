"""Rules that decide who is entitled to what: dated, tested, told in plain words, run over a whole city at once."""
