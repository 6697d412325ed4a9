"""Sentences as vectors: what is said in other words than those listed lies close to them. No clock, no chance."""
