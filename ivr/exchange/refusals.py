"""What the carrier refuses, by its own error numbers, so that a mistake found here is the mistake found there."""

from __future__ import annotations

MORE_INFO = "https://www.twilio.com/docs/errors/{number}"
"""Where the carrier explains an error."""


class Refusal(Exception):  # noqa: N818 - it is the carrier's word for no, not a fault of ours
    """The carrier says no: its error ``number``, a message for people and, for REST, the HTTP status."""

    def __init__(self, number: int, message: str, http_status: int = 400) -> None:
        super().__init__(f"{number}: {message}")
        self.number = number
        self.message = message
        self.http_status = http_status

    @property
    def more_info(self) -> str:
        """The page that explains the number."""
        return MORE_INFO.format(number=self.number)


# --- fetching and reading a document ----------------------------------------------------------------------------
INVALID_URL = 11100
FETCH_FAILED = 11200
CONNECTION_FAILED = 11205
BODY_TOO_LARGE = 11750
BAD_XML = 12100
NOT_A_RESPONSE = 12102
SCHEMA = 12200
CONTENT_TYPE = 12300
VERB_NOT_SUPPORTED = 13750

# --- media streams ----------------------------------------------------------------------------------------------
STREAM_TIMEOUT = 31901
STREAM_NOT_UPGRADED = 31920
STREAM_CLOSED = 31921
STREAM_BAD_MESSAGE = 31924
STREAM_TOO_SLOW = 31930
STREAM_INVALID_TRACK = 31941

# --- REST -------------------------------------------------------------------------------------------------------
UNKNOWN_FIELDS = 20001
INVALID_NAME = 20002
NOT_AUTHENTICATED = 20003
PAGE_TOO_LARGE = 20007
NOT_FOUND = 20404
MISSING_TO = 21201
INVALID_CALL_URL = 21205
INVALID_SEND_DIGITS = 21206
INVALID_TIMEOUT = 21208
INVALID_METHOD = 21209
INVALID_DETECTION = 21234
NO_AMD_CALLBACK = 21262
INVALID_TO = 21211
INVALID_FROM = 21212
MISSING_FROM = 21213
CALL_NOT_IN_PROGRESS = 21220
COACHED_ON_HOLD = 16027
INVALID_CALLBACK_URL = 21502
MESSAGE_NEEDS_BODY = 21602
MESSAGE_NEEDS_FROM = 21603
MESSAGE_NEEDS_TO = 21604
INVALID_MESSAGE_CALLBACK = 21609
MESSAGE_TOO_LONG = 21617
INVALID_CALLBACK_EVENT = 21626
