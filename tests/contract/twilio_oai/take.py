"""Takes from the carrier's OpenAPI documents what the service and the exchange use of them.

    python tests/contract/twilio_oai/take.py FOLDER_WITH_THE_JSON_DOCUMENTS

The documents have six megabytes, most of it words and examples; what is kept here is every field of these resources.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ACCOUNT = "/2010-04-01/Accounts/{AccountSid}"
TAKEN = {
    "twilio_api_v2010.json": (
        f"{ACCOUNT}/Calls.json",
        f"{ACCOUNT}/Calls/{{Sid}}.json",
        f"{ACCOUNT}/Calls/{{CallSid}}/Recordings.json",
        f"{ACCOUNT}/Calls/{{CallSid}}/Recordings/{{Sid}}.json",
        f"{ACCOUNT}/Conferences.json",
        f"{ACCOUNT}/Conferences/{{Sid}}.json",
        f"{ACCOUNT}/Conferences/{{ConferenceSid}}/Participants.json",
        f"{ACCOUNT}/Conferences/{{ConferenceSid}}/Participants/{{CallSid}}.json",
        f"{ACCOUNT}/Conferences/{{ConferenceSid}}/Recordings.json",
        f"{ACCOUNT}/IncomingPhoneNumbers.json",
        f"{ACCOUNT}/IncomingPhoneNumbers/{{Sid}}.json",
        f"{ACCOUNT}/Messages.json",
        f"{ACCOUNT}/Messages/{{Sid}}.json",
        f"{ACCOUNT}/Queues.json",
        f"{ACCOUNT}/Queues/{{Sid}}.json",
        f"{ACCOUNT}/Queues/{{QueueSid}}/Members.json",
        f"{ACCOUNT}/Queues/{{QueueSid}}/Members/{{CallSid}}.json",
        f"{ACCOUNT}/Recordings.json",
        f"{ACCOUNT}/Recordings/{{Sid}}.json",
    ),
    "twilio_taskrouter_v1.json": ("/v1/Workspaces/{WorkspaceSid}/Tasks",),
}
METHODS = ("get", "post", "delete")
WORDS = frozenset({"description", "title", "summary", "x-twilio", "example", "examples", "deprecated"})


def plain(schema: Any) -> Any:
    """A JSON schema without words; what may be null says so as JSON Schema does."""
    if isinstance(schema, list):
        return [plain(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {
        name: {field: plain(one) for field, one in value.items()} if name == "properties" else plain(value)
        for name, value in schema.items()
        if name not in WORDS
    }
    if kept.pop("nullable", False) and isinstance(kept.get("type"), str):
        kept["type"] = [kept["type"], "null"]
    return kept


def operation(described: dict[str, Any], shared: list[Any]) -> dict[str, Any]:
    """What one method takes and answers."""
    parameters = [plain(one) for one in (*shared, *described.get("parameters", ()))]
    body = described.get("requestBody", {}).get("content", {}).get("application/x-www-form-urlencoded", {})
    answers = {
        status: plain(answer["content"]["application/json"]["schema"])
        for status, answer in described["responses"].items()
        if "content" in answer
    }
    return {"parameters": parameters, "form": plain(body.get("schema", {})), "answers": answers}


def references(value: Any) -> Iterator[str]:
    """The names of the shared schemas that ``value`` points to."""
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"].rpartition("/")[2]
        for one in value.values():
            yield from references(one)
    elif isinstance(value, list):
        for one in value:
            yield from references(one)


def main(folder: Path) -> None:
    """Write ``api.json`` beside this file."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for file, wanted in TAKEN.items():
        document = json.loads((folder / file).read_text(encoding="utf-8"))
        for path in wanted:
            item = document["paths"][path]
            shared = item.get("parameters", [])
            paths[path] = {method: operation(item[method], shared) for method in METHODS if method in item}
        ahead = list(references(paths))
        while ahead:
            name = ahead.pop()
            if name not in schemas and name in document["components"]["schemas"]:
                schemas[name] = plain(document["components"]["schemas"][name])
                ahead += references(schemas[name])
    taken = {"paths": paths, "components": {"schemas": schemas}}
    (HERE / "api.json").write_text(json.dumps(taken, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
