"""The lake: Delta tables by address, one SQL over all of them, on DuckDB in process or Spark on a cluster."""
