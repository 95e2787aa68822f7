"""What a form is, without tables or pages: read, asked of a person's data, checked."""
