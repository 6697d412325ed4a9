"""Which options of a menu are taken for each other on the telephone: measured by speaking them, not guessed."""
