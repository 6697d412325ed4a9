"""What a page plays, put to a recogniser."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from playwright.sync_api import Page

from ivr.ports import Ears
from tests.web.browser import PATIENCE_MS

WATCHED = """
const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (to, ...rest) {
  if (to instanceof AudioDestinationNode) {
    if (!window.recorder) {
      window.into = new MediaStreamAudioDestinationNode(this.context);
      window.sounds = [];
      window.recorder = new MediaRecorder(window.into.stream);
      window.recorder.addEventListener("dataavailable", ({ data }) => window.sounds.push(data));
      window.recorder.start();
    }
    connect.call(this, window.into);
  }
  return connect.call(this, to, ...rest);
};
window.heard = async () => {
  const come = new Promise((done) => window.recorder.addEventListener("dataavailable", done, { once: true }));
  window.recorder.requestData();
  await come;
  const coded = await new Blob(window.sounds).arrayBuffer();
  const sound = await new OfflineAudioContext(1, 8000, 8000).decodeAudioData(coded);
  const fresh = sound.getChannelData(0).subarray(window.taken || 0);
  window.taken = sound.length;
  return Array.from(fresh, (sample) => Math.round(sample * 32767));
};
window.sockets = [];
window.WebSocket = class extends WebSocket {
  constructor(...args) { super(...args); window.sockets.push(this); }
};
"""
"""What goes to the loudspeaker is recorded too, and its sockets can be broken."""


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not holds():
        assert time.monotonic() < deadline


def wait_to_hear(page: Page, ears: Ears, *words: str) -> None:
    """Until a recogniser finds all ``words`` in what the page plays: a busy machine may spoil some others."""
    ear = ears.listen(None)

    def understood() -> bool:
        ear.accept(np.array(page.evaluate("window.heard()"), dtype="<i2").tobytes())
        return set(words) <= set(ear.partial().split())

    until(understood)
