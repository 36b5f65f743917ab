"""Tie the web to the ERP through the liaison, value the sales, tell premium wines from ordinary ones."""
