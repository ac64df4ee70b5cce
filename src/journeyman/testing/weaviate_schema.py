"""The REST half of the Weaviate in this process: what the server is, and which collections it has."""

import json
import re
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

_CLASS_NAME = re.compile(r"[A-Z][A-Za-z0-9_]{0,229}")


class Schemas:
    """The collections, and what is in each by id."""

    def __init__(self) -> None:
        self.schemas: dict[str, dict[str, Any]] = {}
        self.things: dict[str, dict[str, Any]] = {}
        self.key = ""
        """When set, what a caller has to say."""
        self.lock = threading.RLock()


def rest_of(store: Schemas) -> type[BaseHTTPRequestHandler]:
    """Return the REST half: what the server is, and its schema."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # the library's own name
            """Say nothing."""

        def do_GET(self) -> None:  # the library's own name
            self._answer(lambda _body: _get(store, self.path))

        def do_POST(self) -> None:  # the library's own name
            self._answer(lambda body: _create(store, json.loads(body)))

        def do_DELETE(self) -> None:  # the library's own name
            self._answer(lambda _body: _drop(store, self.path))

        def _answer(self, work: Callable[[bytes], tuple[int, object]]) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, document = 401, {"error": [{"message": "anonymous access not enabled"}]}
            if not store.key or self.headers.get("Authorization") == f"Bearer {store.key}":
                status, document = work(body)  # type: ignore[assignment] # any document
            data = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    return Handler


def _get(store: Schemas, path: str) -> tuple[int, object]:
    if path == "/v1/meta":
        return 200, {"hostname": "http://[::]:8080", "modules": {}, "version": "1.34.0"}
    if path.startswith("/v1/schema/"):
        found = store.schemas.get(path.rpartition("/")[2])
        return (200, found) if found else (404, {"error": [{"message": "class not found"}]})
    return (200, {}) if path.startswith("/v1/.well-known/") else (404, {})


def _create(store: Schemas, document: dict[str, Any]) -> tuple[int, object]:
    name = str(document.get("class", ""))
    with store.lock:
        if not _CLASS_NAME.fullmatch(name):
            return 422, {"error": [{"message": f"'{name}' is not a valid class name"}]}
        if name in store.schemas:
            return 422, {"error": [{"message": f"class name {name} already exists"}]}
        properties = [{**_PROPERTY_DEFAULTS, **each} for each in document.get("properties", ())]
        vectors = {
            each: {**said, "vectorIndexConfig": {**_HNSW_DEFAULTS, **said.get("vectorIndexConfig", {})}}
            for each, said in document.get("vectorConfig", {}).items()
        }
        store.schemas[name] = {**_DEFAULTS, **document, "properties": properties, "vectorConfig": vectors}
        store.things[name] = {}
    return 200, store.schemas[name]


def _drop(store: Schemas, path: str) -> tuple[int, object]:
    name = path.rpartition("/")[2]
    with store.lock:
        store.schemas.pop(name, None)
        store.things.pop(name, None)
    return 200, {}


_DEFAULTS: dict[str, Any] = {
    "invertedIndexConfig": {
        "bm25": {"b": 0.75, "k1": 1.2},
        "cleanupIntervalSeconds": 60,
        "stopwords": {"additions": None, "preset": "en", "removals": None},
    },
    "multiTenancyConfig": {"enabled": False, "autoTenantActivation": False, "autoTenantCreation": False},
    "replicationConfig": {"factor": 1, "asyncEnabled": False, "deletionStrategy": "NoAutomatedResolution"},
    "shardingConfig": {},
}
"""What a server adds to a collection's description."""

_PROPERTY_DEFAULTS = {"indexFilterable": True, "indexRangeFilters": False, "indexSearchable": True}
_HNSW_DEFAULTS: dict[str, Any] = {
    "cleanupIntervalSeconds": 300,
    "distance": "cosine",
    "dynamicEfFactor": 8,
    "dynamicEfMax": 500,
    "dynamicEfMin": 100,
    "ef": -1,
    "efConstruction": 128,
    "filterStrategy": "sweeping",
    "flatSearchCutoff": 40000,
    "maxConnections": 32,
    "skip": False,
    "vectorCacheMaxObjects": 1_000_000_000_000,
}
