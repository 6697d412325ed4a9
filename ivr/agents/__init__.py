"""Finding somebody to talk to: who is rung in which order, what they are told, and how it ended."""
