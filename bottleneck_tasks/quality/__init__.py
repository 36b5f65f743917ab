"""Type every cell, judge every contract, split rows into kept, duplicate, out of scope and quarantined."""
