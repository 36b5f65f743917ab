"""One session a stage: the same SQL files on DuckDB, or on Apache Spark."""
