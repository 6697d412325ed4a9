"""Places calls from outside and watches them: what ``ivr call`` and ``ivr demo`` share."""
