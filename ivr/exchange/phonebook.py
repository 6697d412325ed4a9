"""Which phones exist in the box and who answers them."""

from __future__ import annotations

from urllib.parse import parse_qsl

from ivr.exchange.party import Phone

MAX_PHONES = 1000


def plain_address(address: str) -> tuple[str, dict[str, str]]:
    """An address without what is sent along, and what is sent along.

    >>> plain_address("client:ann?name=Jo&zip=94107")
    ('client:ann', {'name': 'Jo', 'zip': '94107'})
    """
    plain, _, query = address.partition("?")
    return plain.strip(), dict(parse_qsl(query, keep_blank_values=True))


class Phonebook:
    """Address (E.164, ``client:NAME``, ``sip:USER@HOST``) to phone."""

    def __init__(self) -> None:
        self._phones: dict[str, Phone] = {}

    def put(self, address: str, phone: Phone) -> bool:
        """Connect ``phone``; whatever had this address is replaced. False when the book is full."""
        if address not in self._phones and len(self._phones) >= MAX_PHONES:
            return False
        self._phones[address] = phone
        return True

    def take_out(self, address: str, phone: Phone) -> None:
        """Disconnect ``phone`` if it is still the one at ``address``."""
        if self._phones.get(address) is phone:
            del self._phones[address]

    def phone(self, address: str) -> Phone | None:
        return self._phones.get(plain_address(address)[0])

    def addresses(self) -> list[str]:
        return sorted(self._phones)
