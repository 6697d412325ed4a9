"""Recordings at rest: sealed, in a bucket, and whole at every moment."""
