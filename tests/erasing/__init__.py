"""Nothing stays of a caller who is erased, and nothing goes that is on legal hold."""
