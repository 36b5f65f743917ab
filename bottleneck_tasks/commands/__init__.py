"""The commands beside the month and its stages: one module a command, imported when it is called."""
