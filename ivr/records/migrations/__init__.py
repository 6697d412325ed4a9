"""How the tables came to be, one file a change. A test fails when they and the mapped tables part."""
