"""What flows may ask of the world outside: one file a service; ``ivr/wiring/people.py`` gives them names."""
