"""The description of all addresses in OpenAPI 3.1, from the declarations that the routes are made of."""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from begat.server.api import PAGE_SCHEMA, PAGING
from begat.server.endpoint import Endpoint, Parameter
from begat.version import __version__

__all__ = ["document"]

ERROR_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "what", "where", "hint"],
            "properties": {
                "code": {"type": "string"},
                "what": {"type": "string"},
                "where": {"type": ["string", "null"]},
                "hint": {"type": ["string", "null"]},
            },
        }
    },
}


def document(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """Return the description; every endpoint is a path of it."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "begat",
            "version": __version__,
            "description": "Lineage and influence of AI models, read-only.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": {_template(endpoint.path): _path(endpoint) for endpoint in endpoints},
        "components": {"schemas": {"Page": PAGE_SCHEMA, "Error": ERROR_SCHEMA}},
    }


def _template(path: str) -> str:
    """Return a path as OpenAPI writes it: without the converters of the router."""
    return re.sub(r"\{(\w+):\w+\}", r"{\1}", path)


def _path(endpoint: Endpoint) -> dict[str, Any]:
    return {method.lower(): _operation(endpoint, method) for method in endpoint.methods}


def _operation(endpoint: Endpoint, method: str) -> dict[str, Any]:
    paging = PAGING if endpoint.rows else ()
    name = re.sub(r"\W+", "-", f"{method.lower()}{_template(endpoint.path)}").strip("-")
    body = {"requestBody": _body(endpoint)} if method == "POST" else {}
    return {
        "operationId": name,
        "summary": endpoint.summary,
        "parameters": [_parameter(item) for item in (*endpoint.parameters, *paging)],
        **body,
        "responses": {"200": _answer(endpoint), **{str(code): _error(code) for code in endpoint.statuses}},
    }


def _parameter(item: Parameter) -> dict[str, Any]:
    return {
        "name": item.name,
        "in": item.place,
        "description": item.text,
        "required": item.required,
        "schema": item.schema,
    }


def _body(endpoint: Endpoint) -> dict[str, Any]:
    return {"required": True, "content": {media: {"schema": {"type": "string"}} for media in endpoint.bodies}}


def _answer(endpoint: Endpoint) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Page"} if endpoint.rows else {}
    return {
        "description": endpoint.summary,
        "content": {media: {"schema": schema} for media in endpoint.media_types},
    }


def _error(code: int) -> dict[str, Any]:
    phrase = HTTPStatus(code).phrase
    return {
        "description": phrase,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
