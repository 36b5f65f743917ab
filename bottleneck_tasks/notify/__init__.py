"""The month by mail: composed from its own files, sent once, its sending recorded in an outbox."""
