"""Names of espeak-ng voices: a language, perhaps with a variant, as ``en-US`` or ``en-gb+m2``."""

from __future__ import annotations

import re

_NAME = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,12}){0,4}(\+[a-z][a-z0-9_-]{0,15})?", re.IGNORECASE)
_DEFAULT = "en-us"


def candidates(name: str) -> tuple[str, ...]:
    """What to ask espeak-ng for, best first: ``name``, its language without the country, at last English.

    A name that is no name (it may come from a flow file) is never handed on.

    >>> candidates("de-AT+F2")
    ('de-at+f2', 'de+f2', 'en-us+f2')
    >>> candidates("../../etc/passwd")
    ('en-us',)
    """
    if not _NAME.fullmatch(name):
        return (_DEFAULT,)
    language, plus, variant = name.partition("+")
    language = language.lower()
    variant = variant if variant != variant.upper() else variant.lower()  # files such as "Annie" have capitals
    tongue = language.split("-")[0]
    return tuple(dict.fromkeys(f"{spoken}{plus}{variant}" for spoken in (language, tongue, _DEFAULT)))
