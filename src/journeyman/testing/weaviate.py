"""A Weaviate in this process: the REST and gRPC services that its official client speaks to, over real sockets.

It stands on the protocol's own definitions, which come with the client, and does what the server is documented to do
for what the adapter asks of it: collections, batches, near-vector search by cosine, filters, deletion, counting. It
compares every vector, so it finds exactly; it has no other index, no modules and no persistence of its own.
"""

import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from typing import Any

import grpc
import numpy as np
from numpy.typing import NDArray
from weaviate.proto.v1 import (
    aggregate_pb2,
    base_pb2,
    batch_delete_pb2,
    batch_pb2,
    health_weaviate_pb2,
    properties_pb2,
    search_get_pb2,
    weaviate_pb2_grpc,
)

from journeyman.testing.weaviate_schema import Schemas, rest_of

_MOST = 10_000
"""QUERY_MAXIMUM_RESULTS of a server as it comes."""
_DEFAULT_LIMIT = 10


class Thing:
    """One object of a collection."""

    def __init__(self, name: str, properties: dict[str, Any], vector: NDArray[np.float32]) -> None:
        self.uuid = name
        self.properties = properties
        length = float(np.linalg.norm(vector))
        self.vector = vector / length if length else vector


class InMemoryWeaviate(Schemas):
    """What all its services share. Set `full` to have it refuse to write, as a server does whose disk is full."""

    def __init__(self) -> None:
        super().__init__()
        self.full = False
        self.http_port = self.grpc_port = 0

    def clear(self) -> None:
        """Forget everything."""
        with self.lock:
            self.schemas.clear()
            self.things.clear()
            self.full = False

    @contextmanager
    def serving(self) -> Iterator["InMemoryWeaviate"]:
        """Serve on free ports of this machine."""
        http = ThreadingHTTPServer(("127.0.0.1", 0), rest_of(self))
        threading.Thread(target=http.serve_forever, daemon=True).start()
        rpc = grpc.server(ThreadPoolExecutor(4), options=[("grpc.max_receive_message_length", 104_858_000)])
        weaviate_pb2_grpc.add_WeaviateServicer_to_server(_Services(self), rpc)  # type: ignore[no-untyped-call]
        rpc.add_generic_rpc_handlers((_health(),))
        self.http_port, self.grpc_port = http.server_port, rpc.add_insecure_port("127.0.0.1:0")
        rpc.start()
        try:
            yield self
        finally:
            rpc.stop(None).wait()
            http.shutdown()
            http.server_close()


class _Services(weaviate_pb2_grpc.WeaviateServicer):
    """The gRPC half."""

    def __init__(self, store: InMemoryWeaviate) -> None:
        self._store = store

    def BatchObjects(  # noqa: N802 # the protocol's own name
        self, request: batch_pb2.BatchObjectsRequest, context: grpc.ServicerContext
    ) -> batch_pb2.BatchObjectsReply:
        self._admit(context)
        errors = []
        with self._store.lock:
            for index, each in enumerate(request.objects):
                if problem := self._put(each):
                    errors.append(batch_pb2.BatchObjectsReply.BatchError(index=index, error=problem))
        return batch_pb2.BatchObjectsReply(took=0.0, errors=errors)

    def Search(  # noqa: N802 # the protocol's own name
        self, request: search_get_pb2.SearchRequest, context: grpc.ServicerContext
    ) -> search_get_pb2.SearchReply:
        self._admit(context)
        with self._store.lock:
            things = self._things(request.collection, context)
            found = [thing for thing in things.values() if _matches(thing, request)]
        limit = request.limit or _DEFAULT_LIMIT
        if request.offset + limit > _MOST:
            context.abort(grpc.StatusCode.UNKNOWN, f"query maximum results exceeded: {_MOST}")
        if not request.HasField("near_vector"):
            page = sorted(found, key=lambda thing: thing.uuid)[request.offset : request.offset + limit]
            return search_get_pb2.SearchReply(results=[_result(thing, None, request) for thing in page])
        asked = _asked(request.near_vector)
        if found and len(found[0].vector) != len(asked):
            problem = f"vector search: vector lengths don't match: {len(found[0].vector)} vs {len(asked)}"
            context.abort(grpc.StatusCode.UNKNOWN, problem)
        asked = asked / (float(np.linalg.norm(asked)) or 1.0)
        distances = 1 - np.stack([thing.vector for thing in found]) @ asked if found else np.zeros(0)
        order = np.argsort(distances, kind="stable")[request.offset : request.offset + limit]
        results = [_result(found[place], float(distances[place]), request) for place in order]
        return search_get_pb2.SearchReply(results=results)

    def BatchDelete(  # noqa: N802 # the protocol's own name
        self, request: batch_delete_pb2.BatchDeleteRequest, context: grpc.ServicerContext
    ) -> batch_delete_pb2.BatchDeleteReply:
        self._admit(context)
        with self._store.lock:
            things = self._things(request.collection, context)
            doomed = [name for name, thing in things.items() if _holds(request.filters, thing)][:_MOST]
            for name in doomed:
                if not request.dry_run:
                    del things[name]
        return batch_delete_pb2.BatchDeleteReply(matches=len(doomed), successful=len(doomed))

    def Aggregate(  # noqa: N802 # the protocol's own name
        self, request: aggregate_pb2.AggregateRequest, context: grpc.ServicerContext
    ) -> aggregate_pb2.AggregateReply:
        self._admit(context)
        with self._store.lock:
            number = len(self._things(request.collection, context))
        return aggregate_pb2.AggregateReply(single_result=aggregate_pb2.AggregateReply.Single(objects_count=number))

    def _put(self, each: batch_pb2.BatchObject) -> str:
        if self._store.full:
            return "put object: store is read-only due to: disk usage too high. Set to read-only at 90.0%"
        things = self._store.things.get(each.collection)
        if things is None:
            return f"class {each.collection} not found in schema"
        vector = np.frombuffer(each.vectors[0].vector_bytes if each.vectors else each.vector_bytes, np.float32)
        known = next((len(thing.vector) for thing in things.values()), len(vector))
        if known != len(vector):
            return f"put object: insert to vector index: new node has a vector with length {len(vector)}, not {known}"
        properties = {name: value for name, value in each.properties.non_ref_properties.items()}  # noqa: C416 # a Struct
        things[each.uuid] = Thing(each.uuid, properties, vector)
        return ""

    def _things(self, collection: str, context: grpc.ServicerContext) -> dict[str, Thing]:
        if collection not in self._store.things:
            context.abort(grpc.StatusCode.UNKNOWN, f"could not find class {collection} in schema")
        return self._store.things[collection]

    def _admit(self, context: grpc.ServicerContext) -> None:
        said = dict(context.invocation_metadata()).get("authorization", "")
        if self._store.key and said != f"Bearer {self._store.key}":
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "anonymous access not enabled")


def _asked(near: Any) -> NDArray[np.float32]:
    for each in (*near.vectors, *(inner for target in near.vector_for_targets for inner in target.vectors)):
        return np.frombuffer(each.vector_bytes, np.float32)
    return np.frombuffer(near.vector_bytes, np.float32) if near.vector_bytes else np.array(near.vector, np.float32)


def _result(thing: Thing, distance: float | None, request: search_get_pb2.SearchRequest) -> search_get_pb2.SearchResult:
    metadata = search_get_pb2.MetadataResult(id=thing.uuid, id_as_bytes=uuid.UUID(thing.uuid).bytes)
    if distance is not None and request.metadata.distance:
        metadata.distance, metadata.distance_present = distance, True
    wanted = request.properties.non_ref_properties
    fields = {name: properties_pb2.Value(text_value=str(thing.properties[name])) for name in wanted}
    properties = search_get_pb2.PropertiesResult(
        non_ref_props=properties_pb2.Properties(fields=fields), target_collection=request.collection
    )
    return search_get_pb2.SearchResult(properties=properties, metadata=metadata)


def _matches(thing: Thing, request: search_get_pb2.SearchRequest) -> bool:
    return not request.HasField("filters") or _holds(request.filters, thing)


def _holds(wanted: Any, thing: Thing) -> bool:
    operators = base_pb2.Filters
    if wanted.operator == operators.OPERATOR_AND:
        return all(_holds(each, thing) for each in wanted.filters)
    if wanted.operator == operators.OPERATOR_OR:
        return any(_holds(each, thing) for each in wanted.filters)
    value = thing.uuid if wanted.target.property == "_id" else thing.properties.get(wanted.target.property)
    if wanted.operator == operators.OPERATOR_EQUAL:
        return bool(value == wanted.value_text)
    if wanted.operator == operators.OPERATOR_CONTAINS_ANY:
        return value in wanted.value_text_array.values
    raise NotImplementedError(f"filter operator {wanted.operator}")


def _health() -> grpc.GenericRpcHandler:
    serving = health_weaviate_pb2.WeaviateHealthCheckResponse(
        status=health_weaviate_pb2.WeaviateHealthCheckResponse.SERVING
    )
    check = grpc.unary_unary_rpc_method_handler(
        lambda _request, _context: serving,
        request_deserializer=health_weaviate_pb2.WeaviateHealthCheckRequest.FromString,
        response_serializer=health_weaviate_pb2.WeaviateHealthCheckResponse.SerializeToString,
    )
    return grpc.method_handlers_generic_handler("grpc.health.v1.Health", {"Check": check})
