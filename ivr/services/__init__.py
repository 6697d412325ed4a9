"""What flows may ask of the world outside: one file a service; ``app.py`` hands them to the runtime by name."""
