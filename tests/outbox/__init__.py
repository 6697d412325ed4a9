"""What is to be done outside is done, whatever dies."""
