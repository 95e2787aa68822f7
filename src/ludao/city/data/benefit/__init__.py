"""Benefits without applying: who qualifies is found, told why, confirms once, and is paid once."""
