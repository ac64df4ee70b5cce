"""`local:NAME` and `local:/path/to/file.gguf`: a real model on this machine, with no key and no cost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from journeyman.adapters.models.catalog import find_model
from journeyman.adapters.models.compatible import CompatibleModel, Endpoint, open_endpoint
from journeyman.adapters.models.server import shared_server
from journeyman.adapters.models.serving import plan_serving
from journeyman.adapters.models.weights import Weights, find_file, find_weights
from journeyman.settings import Settings


@asynccontextmanager
async def open_model(rest: str, settings: Settings) -> AsyncIterator[CompatibleModel]:
    """Open a local model: lease its server, which all concurrent runs on this machine share.

    Raises:
        UserError: an unknown name, or weights that are absent or damaged.
        AdapterError: the server did not start.
    """
    weights = await asyncio.to_thread(resolve_weights, rest, settings)
    serving = plan_serving(weights, settings.model)
    async with shared_server(serving, settings) as server:
        endpoint = Endpoint(
            locator=f"local:{rest}",
            model=serving.model_name,
            base_url=server.base_url,
            key=server.token,
            timeout_s=settings.model.timeout_s,
            priced=False,
            extra_body={"cache_prompt": True},
        )
        async with open_endpoint(endpoint) as model:
            yield model


def resolve_weights(rest: str, settings: Settings) -> Weights:
    """Return the weights that the rest of a `local:` locator names.

    Raises:
        UserError: an unknown name, or a file that is absent, damaged or not GGUF.
    """
    if "/" in rest or rest.endswith(".gguf"):
        return find_file(Path(rest).expanduser(), settings.cache_dir)
    return find_weights(find_model(rest), settings.cache_dir)
