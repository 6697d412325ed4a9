"""How pages write times, lengths and phone numbers."""

from __future__ import annotations

from datetime import UTC, datetime

import phonenumbers


def iso_time(at_s: float) -> str:
    """For the ``datetime`` attribute.

    >>> iso_time(0)
    '1970-01-01T00:00:00+00:00'
    """
    return datetime.fromtimestamp(at_s, UTC).isoformat(timespec="seconds")


def clock_time(at_s: float) -> str:
    """The time of day on this machine's clock."""
    return datetime.fromtimestamp(at_s, UTC).astimezone().strftime("%H:%M:%S")


def day_time(at_s: float) -> str:
    """Day and time on this machine's clock: ``22 Jun 2026, 14:03``."""
    return datetime.fromtimestamp(at_s, UTC).astimezone().strftime("%-d %b %Y, %H:%M")


def lasting(seconds: float) -> str:
    """A length of time.

    >>> lasting(7.6), lasting(61), lasting(3725), lasting(-1)
    ('0:07', '1:01', '1:02:05', '0:00')
    """
    whole = max(0, int(seconds))
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def took(seconds: float) -> str:
    """How long something took, as short as can be read.

    >>> took(0.0042), took(0.31), took(2.5)
    ('4.2 ms', '310 ms', '2.5 s')
    """
    if seconds >= 1:
        return f"{seconds:.1f} s"
    return f"{seconds * 1000:.{1 if seconds < 0.01 else 0}f} ms"


def phone(number: str) -> str:
    """A number as people write it; whatever is no number stays as it is.

    >>> phone("+15035550100"), phone("client:ann"), phone("")
    ('+1 503-555-0100', 'client:ann', 'unknown')
    """
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number or "unknown"
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def percent(share: float) -> str:
    """A share of one.

    >>> percent(0.874)
    '87 %'
    """
    return f"{share * 100:.0f} %"
