"""A Pinecone index in this process: the data plane that the official client speaks to, over a real socket.

It keeps namespaces, upserts, fetches, deletes by id and by a metadata filter, and ranks by exact cosine, as the service
is documented to. It remembers every request, so that a test can hold them against the official API description.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np

_LONGEST_ID = 512
_MOST_ROWS = 1000
_MOST_BYTES = 2_097_152
_MOST_HITS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request."""

    method: str
    path: str
    query: dict[str, list[str]]
    body: Any


class _RefusedError(Exception):
    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class InMemoryPinecone:
    """One index. Set `full` to have it refuse writes, as the service does when a plan's storage is used up."""

    def __init__(self, *, dimension: int, metric: str = "cosine", key: str = "key") -> None:
        self.dimension = dimension
        self.metric = metric
        self.key = key
        self.full = False
        self.asked: list[Asked] = []
        self.host = ""
        self._lock = threading.RLock()
        self._namespaces: dict[str, dict[str, dict[str, Any]]] = {}

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._namespaces.clear()
            self.asked.clear()
            self.full = False

    @contextmanager
    def serving(self) -> Iterator["InMemoryPinecone"]:
        """Serve on a free port of this machine."""
        http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=http.serve_forever, daemon=True).start()
        self.host = f"http://127.0.0.1:{http.server_port}"
        try:
            yield self
        finally:
            http.shutdown()
            http.server_close()

    def answer(self, asked: Asked, key: str) -> tuple[int, object]:
        """Answer one request: status and document."""
        self.asked.append(asked)
        work = {
            "POST /vectors/upsert": self._upsert,
            "POST /query": self._query,
            "GET /vectors/fetch": self._fetch,
            "POST /vectors/delete": self._delete,
            "POST /describe_index_stats": self._stats,
        }.get(f"{asked.method} {asked.path}")
        if key != self.key:
            return 401, {"code": 16, "message": "Invalid API Key", "details": []}
        if work is None:
            return 404, {"code": 5, "message": f"no such path: {asked.path}", "details": []}
        try:
            with self._lock:
                return 200, work(asked)
        except _RefusedError as refused:
            return refused.status, {"code": refused.code, "message": str(refused), "details": []}

    def _upsert(self, asked: Asked) -> object:
        if self.full:
            raise _RefusedError(403, 8, "You've reached the max storage allowed for your plan")
        rows = asked.body["vectors"]
        if not 0 < len(rows) <= _MOST_ROWS or len(json.dumps(asked.body)) > _MOST_BYTES:
            raise _RefusedError(400, 3, "Request size is above the limit")
        for row in rows:
            self._check(row["values"])
            if not row["id"] or len(row["id"]) > _LONGEST_ID:
                raise _RefusedError(400, 3, "Vector ID must have a length between 1 and 512")
            if not any(row["values"]):
                raise _RefusedError(400, 3, "Dense vectors must contain at least one non-zero value.")
        self._namespaces.setdefault(asked.body.get("namespace", ""), {}).update({row["id"]: row for row in rows})
        return {"upsertedCount": len(rows)}

    def _query(self, asked: Asked) -> object:
        top = asked.body["topK"]
        if not 0 < top <= _MOST_HITS:
            raise _RefusedError(400, 3, f"top_k must be between 1 and {_MOST_HITS}")
        self._check(asked.body["vector"])
        namespace = asked.body.get("namespace", "")
        rows = [row for row in self._namespaces.get(namespace, {}).values() if _holds(asked.body.get("filter"), row)]
        vector = np.array(asked.body["vector"])
        matrix = np.array([row["values"] for row in rows]).reshape(len(rows), self.dimension)
        lengths = np.linalg.norm(matrix, axis=1) * np.linalg.norm(vector)
        scores = matrix @ vector / np.where(lengths > 0, lengths, 1)
        order = np.argsort(-scores, kind="stable")[:top]
        matches = [{"id": rows[place]["id"], "score": float(scores[place]), "values": []} for place in order]
        return {"matches": matches, "namespace": namespace, "usage": {"readUnits": 1}}

    def _fetch(self, asked: Asked) -> object:
        namespace = asked.query.get("namespace", [""])[0]
        kept = self._namespaces.get(namespace, {})
        found = {row: kept[row] for row in asked.query.get("ids", []) if row in kept}
        return {"vectors": found, "namespace": namespace, "usage": {"readUnits": 1}}

    def _delete(self, asked: Asked) -> object:
        namespace = asked.body.get("namespace", "")
        if namespace not in self._namespaces:
            raise _RefusedError(404, 5, "Namespace not found")
        kept = self._namespaces[namespace]
        doomed = set(asked.body.get("ids", ()))
        if asked.body.get("filter"):
            doomed |= {row["id"] for row in kept.values() if _holds(asked.body["filter"], row)}
        if asked.body.get("deleteAll"):
            doomed |= kept.keys()
        for row in doomed:
            kept.pop(row, None)
        return {}

    def _stats(self, _asked: Asked) -> object:
        sizes = {name: {"vectorCount": len(rows)} for name, rows in self._namespaces.items() if rows}
        return {
            "namespaces": sizes,
            "dimension": self.dimension,
            "indexFullness": 0.0,
            "totalVectorCount": sum(each["vectorCount"] for each in sizes.values()),
            "metric": self.metric,
            "vectorType": "dense",
        }

    def _check(self, values: list[float]) -> None:
        if len(values) != self.dimension:
            problem = f"Vector dimension {len(values)} does not match the dimension of the index {self.dimension}"
            raise _RefusedError(400, 3, problem)


def _holds(wanted: Any, row: dict[str, Any]) -> bool:
    """Return whether a row's metadata meet a filter: `$in` and `$eq`, all of several fields."""
    metadata = row.get("metadata") or {}
    return all(
        metadata.get(field) in said["$in"] if "$in" in said else metadata.get(field) == said["$eq"]
        for field, said in (wanted or {}).items()
    )


def _handler(index: InMemoryPinecone) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"  # a connection a request, so that none outlives the service

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # the library's own name
            """Say nothing."""

        def do_GET(self) -> None:  # the library's own name
            self._answer()

        def do_POST(self) -> None:  # the library's own name
            self._answer()

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            parts = urlsplit(self.path)
            asked = Asked(
                method=self.command,
                path=parts.path,
                query=parse_qs(parts.query),
                body=json.loads(body) if body else None,
            )
            status, document = index.answer(asked, self.headers.get("Api-Key", ""))
            data = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    return Handler
