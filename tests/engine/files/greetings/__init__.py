"""A package that flows find as namespace files."""
