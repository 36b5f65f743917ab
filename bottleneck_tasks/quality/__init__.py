"""Stage 2: type every cell, judge every contract, split rows into kept, duplicate, out of scope and quarantined."""
