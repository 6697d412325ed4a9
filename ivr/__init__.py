"""Ringdown: answers the phone, understands what callers say, and does the job."""
