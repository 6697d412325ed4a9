"""Access tokens by which a page is an agent's telephone at the carrier, with its Voice SDK."""

from __future__ import annotations

from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant

VALID_S = 600
"""What was overheard is soon worth nothing; a page fetches the next one a minute before, and calls outlive theirs."""


def voice_token(account_sid: str, key_sid: str, key_secret: str, identity: str) -> str:
    """Lets its bearer be rung as ``client:identity``, and nothing else: not call, not ask the carrier's API."""
    # Without "not before": our clock may be ahead of the carrier's.
    token = AccessToken(account_sid, key_sid, key_secret, identity=identity, ttl=VALID_S, nbf=None)
    token.add_grant(VoiceGrant(incoming_allow=True))
    return str(token.to_jwt())
