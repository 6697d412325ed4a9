"""The store locator: where a caller is, which stores are near, and when they are open. Offline and without a clock."""
