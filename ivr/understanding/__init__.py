"""What callers mean: values in speech, options of a menu, and when an answer is complete. Pure: no clock, no files."""
