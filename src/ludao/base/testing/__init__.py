"""What tests stand on: the house's own servers, the cast, the demonstration city and a browser."""
