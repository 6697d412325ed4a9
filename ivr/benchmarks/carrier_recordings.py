"""A carrier that has recorded something: the same sound, whichever recording is asked for."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus


@contextmanager
def carrier_with_recordings(wav: bytes) -> Iterator[str]:
    """Its address; whatever else it is asked for, it cannot answer just now."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = "/Recordings/" in self.path
            self.send_response(HTTPStatus.OK if found else HTTPStatus.SERVICE_UNAVAILABLE)
            self.send_header("Content-Type", "audio/wav")
            self.send_header("Content-Length", str(len(wav) if found else 0))
            self.end_headers()
            if found:
                self.wfile.write(wav)

        def log_message(self, *_: object) -> None:
            """Nobody reads this."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, name="carrier")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
