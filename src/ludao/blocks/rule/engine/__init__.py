"""Pure functions of the rules: read, check, judge one, write the SQL that judges all. No Django models here."""
