"""How the departments hand their rows over: soiled, late, twice, in many files, with the truth kept aside."""
