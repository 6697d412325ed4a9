"""The language server that editors run for YAML, as a child process; spoken to as an editor speaks to it."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from typing import Any, TypeAlias

PATIENCE_S = 20.0
USUAL = {"validate": True, "hover": True, "completion": True}
"""What an editor sends when its user has set nothing."""

Message: TypeAlias = dict[str, Any]

ABLE: Message = {
    "textDocument": {
        "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
        "hover": {"contentFormat": ["markdown"]},
        "publishDiagnostics": {},
    },
    "workspace": {"configuration": True, "workspaceFolders": True},
}


class LanguageServer:
    """A server that was started in ``folder``; ``settings`` are those of the editor there."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path, settings: Mapping[str, Any]) -> None:
        self.process = process
        self.folder = folder
        self.settings = settings
        self._replies: Queue[Message] = Queue()
        self._findings: Queue[tuple[str, list[Message]]] = Queue()
        self._last = 0
        self._opened = 0
        self._writing = threading.Lock()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        root = folder.as_uri()
        folders = [{"uri": root, "name": folder.name}]
        self._ask("initialize", processId=None, rootUri=root, capabilities=ABLE, workspaceFolders=folders)
        self._tell("initialized")
        self._tell("workspace/didChangeConfiguration", settings={})

    # --- what an editor does ----------------------------------------------------------------------------------------

    def open(self, text: str, name: str = "") -> str:
        """Show the server a file of its folder with ``text``; the file's address. Without a name it is a new one."""
        self._opened += 1
        uri = (self.folder / (name or f"{self._opened}.flows.yaml")).as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._tell("textDocument/didOpen", textDocument=document)
        return uri

    def findings(self, *texts: str, name: str = "") -> list[list[Message]]:
        """What the server has to say against each of several flow files. It waits before it looks, so all at once."""
        addresses = [self.open(text, name) for text in texts]
        found: dict[str, list[Message]] = {}
        while not found.keys() >= set(addresses):
            about, findings = self._findings.get(timeout=PATIENCE_S)
            found[about] = findings
        return [found[uri] for uri in addresses]

    def proposals(self, text: str) -> dict[str, Message]:
        """What is offered where ``|`` stands in ``text``, by label."""
        at = self._mark(text)
        uri = self.open(text.replace("|", "", 1))
        found = self._ask("textDocument/completion", textDocument={"uri": uri}, position=at)
        items = found["items"] if isinstance(found, dict) else found
        return {item["label"]: item for item in items}

    def help(self, text: str) -> str:
        """What is shown when the mouse rests where ``|`` stands in ``text``."""
        at = self._mark(text)
        uri = self.open(text.replace("|", "", 1))
        found = self._ask("textDocument/hover", textDocument={"uri": uri}, position=at)
        return str(found["contents"]["value"]) if found else ""

    # --- how it is said ---------------------------------------------------------------------------------------------

    def _mark(self, text: str) -> Message:
        before = text[: text.index("|")]
        return {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}

    def _ask(self, method: str, **params: Any) -> Any:
        self._last += 1
        self._send({"id": self._last, "method": method, "params": params})
        try:
            reply = self._replies.get(timeout=PATIENCE_S)
        except Empty:
            raise AssertionError(f"the language server does not answer {method}") from None
        assert reply["id"] == self._last
        assert "error" not in reply, reply
        return reply["result"]

    def _tell(self, method: str, **params: Any) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: Message) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        with self._writing:
            self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
            self.process.stdin.flush()

    def _read(self) -> None:
        assert self.process.stdout is not None
        while line := self.process.stdout.readline():
            length = int(line.split(b":")[1])
            while self.process.stdout.readline().strip():
                pass
            self._take(json.loads(self.process.stdout.read(length)))

    def _take(self, message: Message) -> None:
        match message:
            case {"method": "workspace/configuration", "id": asked}:
                wanted = [self._section(item.get("section", "")) for item in message["params"]["items"]]
                self._send({"id": asked, "result": wanted})
            case {"method": "textDocument/publishDiagnostics"}:
                self._findings.put((message["params"]["uri"], message["params"]["diagnostics"]))
            case {"method": _, "id": asked}:
                self._send({"id": asked, "result": None})
            case {"id": _}:
                self._replies.put(message)
            case _:
                pass

    def _section(self, name: str) -> Message:
        own = {key.partition(".")[2]: value for key, value in self.settings.items() if key.startswith(f"{name}.")}
        return {**USUAL, **own} if name == "yaml" else own


@contextmanager
def language_server(node: Path, program: Path, folder: Path, settings: Mapping[str, Any]) -> Iterator[LanguageServer]:
    """The server at work; it is gone afterwards."""
    command = [str(node), str(program), "--stdio"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder) as process:  # noqa: S603 - ours
        server = LanguageServer(process, folder, settings)
        try:
            yield server
        finally:
            process.kill()
            process.wait()
            server._reader.join(PATIENCE_S)
