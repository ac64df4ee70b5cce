"""What asks a served product as an OpenAPI document says: Schemathesis, from this product's own environment."""

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from journeyman.settings import Settings

if TYPE_CHECKING:
    from journeyman.judge.contract import ContractTools


def contract_tools(settings: Settings) -> "ContractTools | None":
    """Return what asks the product; None where the extra `openapi` is not installed, and no such spec can be read."""
    if find_spec("schemathesis") is None:
        return None
    from journeyman.adapters.sandboxes.toolchain import python_mounts
    from journeyman.judge.contract import ContractTools

    python = Path(sys.executable)
    return ContractTools(python=python, mounts=python_mounts(python), serving=settings.contract)
