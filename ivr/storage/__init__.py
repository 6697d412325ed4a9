"""Where recordings rest once nobody works on them: sealed, in a bucket, or both. Off unless it is asked for."""

from ivr.storage.bucket import Bucket
from ivr.storage.sealing import Keys, SealedFile, seal, unseal
from ivr.storage.space import Space
from ivr.storage.vault import Vault

__all__ = ["Bucket", "Keys", "SealedFile", "Space", "Vault", "seal", "unseal"]
