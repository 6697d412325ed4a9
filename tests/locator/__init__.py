"""Tests of the store locator."""
