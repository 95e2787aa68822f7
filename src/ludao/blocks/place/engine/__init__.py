"""What needs no Django: tiles, datums, outlines."""
