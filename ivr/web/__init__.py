"""Pages for people and the API for machines: what is going on, who waits, what was said."""
