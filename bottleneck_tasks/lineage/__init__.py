"""Lineage: where every dataset and column comes from, as OpenLineage events of a run and as a picture of the pipeline."""
