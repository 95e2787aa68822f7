"""The people, households, homes and companies of the demonstration city, before any department wrote them down."""
