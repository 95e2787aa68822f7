"""Pure parts of indicators: periods, definitions, plans of computation, analysis."""
