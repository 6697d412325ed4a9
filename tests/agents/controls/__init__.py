"""What can be done with a caller who is with an agent."""
