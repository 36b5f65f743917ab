"""What changed since last month: snapshots of published months, and the rules that compare a month with them."""
