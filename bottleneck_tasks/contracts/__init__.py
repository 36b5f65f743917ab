"""What the data must be: datasets, rules and the record of a check."""
