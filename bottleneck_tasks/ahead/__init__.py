"""A backfill on two cores: the stages that need no history run ahead, in a second process, month after month."""
