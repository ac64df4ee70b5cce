"""Requests held against a forge's own OpenAPI document: method, path, query and body."""

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from jsonschema import Draft4Validator
from referencing import Registry
from referencing.jsonschema import DRAFT4

from journeyman.testing.services import Asked

GITHUB = Path(__file__).parent / "github-requests.json"


def violations(document: Path, asked: Asked) -> list[str]:
    """Return what is wrong with a request, by the document; an operation that is not there is wrong too."""
    for method, route, parameters, schema in _operations(document):
        if method == asked.method and route.fullmatch(asked.path):
            problems = (
                [error.message for error in _validator(document, schema).iter_errors(asked.body)] if schema else []
            )
            known = {str(item["name"]) for item in parameters if item.get("in") == "query"}
            problems += [f"unknown query `{name}`" for name in parse_qs(asked.query) if name not in known]
            return problems
    return [f"no such operation: {asked.method} {asked.path}"]


@lru_cache
def _document(document: Path) -> Any:
    return _nullable(json.loads(document.read_text("utf-8")))


@lru_cache
def _operations(document: Path) -> list[tuple[str, re.Pattern[str], list[dict[str, Any]], str]]:
    content = _document(document)
    found = []
    for path, item in content["paths"].items():
        route = re.compile(re.sub(r"\\\{[^}]+\\\}", "[^/]+", re.escape(path)))
        for method, operation in item.items():
            parameters = [_resolved(content, parameter) for parameter in operation.get("parameters", [])]
            schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            pointer = f"#/paths/{path.replace('~', '~0').replace('/', '~1')}/{method}/requestBody/content/application~1json/schema"
            found.append((method.upper(), route, parameters, pointer if schema else ""))
    return found


def _validator(document: Path, pointer: str) -> Draft4Validator:
    resource = DRAFT4.create_resource(_document(document))
    return Draft4Validator({"$ref": f"urn:forge{pointer}"}, registry=Registry().with_resource("urn:forge", resource))


def _resolved(content: Any, parameter: dict[str, Any]) -> dict[str, Any]:
    reference = parameter.get("$ref")
    return content["components"]["parameters"][reference.rsplit("/", 1)[1]] if reference else parameter


def _nullable(node: Any) -> Any:
    """Turn OpenAPI 3.0's `nullable` into what JSON Schema calls it."""
    if isinstance(node, list):
        return [_nullable(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {key: _nullable(value) for key, value in node.items()}
    if made.pop("nullable", False) is True:
        return {"anyOf": [made, {"type": "null"}]}
    return made


def swagger_violations(document: Path, asked: Asked) -> list[str]:
    """Return what is wrong with a request, by a Swagger 2.0 document."""
    content = _document(document)
    for path, item in content["paths"].items():
        route = re.compile(re.sub(r"\\\{[^}]+\\\}", "[^/]+", re.escape(path)))
        operation = item.get(asked.method.lower())
        if operation and route.fullmatch(asked.path):
            named = {parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "query"}
            problems = [f"unknown query `{name}`" for name in parse_qs(asked.query) if name not in named]
            schema = next((one["schema"] for one in operation.get("parameters", []) if one["in"] == "body"), None)
            whole = {**(schema or {}), "definitions": content["definitions"]}
            return problems + [error.message for error in Draft4Validator(whole).iter_errors(asked.body or {})]
    return [f"no such operation: {asked.method} {asked.path}"]
