"""What can be done with a caller who is with an agent: hold, consult, merge, pass on, listen in, record."""
