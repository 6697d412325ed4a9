"""The parts of one process, put together: each file knows those below it, ``app.py`` adds the entry points."""
