"""The spec's interfaces as a check: what an OpenAPI document says, the served product must answer."""

from journeyman.domain.spec import Interface, Spec


def interfaces_of(spec: Spec) -> tuple[Interface, ...]:
    """Return every OpenAPI document of a spec with the operations that it asks for."""
    texts = {document.path: document.text for document in spec.documents}
    return tuple(
        Interface(
            name=contract.path,
            content=texts[contract.path].encode(),
            operations=tuple(zip(contract.requests, contract.operations, strict=True)),
        )
        for contract in spec.contracts
        if contract.kind == "openapi" and contract.operations and contract.path in texts
    )
