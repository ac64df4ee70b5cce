"""Any model behind an OpenAI-compatible interface: a server of yours, or the local one.

Spellings: `openai-compatible:NAME` (with `[model] base_url`) and the same in one word,
`openai-compatible:BASE_URL#NAME`, for example `openai-compatible:http://127.0.0.1:8080/v1#qwen3`.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from journeyman.adapters.models.chat import ChatModel, open_chat
from journeyman.adapters.models.endpoint import Endpoint
from journeyman.domain.errors import UserError
from journeyman.settings import Settings

_EXAMPLE = "openai-compatible:http://127.0.0.1:8080/v1#qwen3"


@asynccontextmanager
async def open_compatible(rest: str, settings: Settings) -> AsyncIterator[ChatModel]:
    """Open `openai-compatible:NAME` or `openai-compatible:BASE_URL#NAME`.

    Raises:
        UserError: no address, no model name, or a named key variable that is not set.
    """
    url, mark, name = rest.rpartition("#")
    base_url = url if mark else settings.model.base_url
    if not base_url.startswith(("http://", "https://")):
        raise UserError(
            f"openai-compatible:{rest} does not say where the model is served",
            remedy=f"Set base_url in [model], or write it in front of the name: {_EXAMPLE}",
        )
    variable = settings.model.api_key_env
    key = settings.key_for(base_url, variable) if variable else ""
    if variable and not key:
        raise UserError(
            f"no key for openai-compatible:{rest}", remedy=f"Put it into the environment variable {variable}."
        )
    endpoint = Endpoint(
        locator=f"openai-compatible:{rest}",
        model=required_name(name, _EXAMPLE),
        base_url=base_url,
        price_url=base_url,
        key=key,
        timeout_s=settings.model.timeout_s,
        stream=settings.model.stream,
    )
    async with open_chat(endpoint) as model:
        yield model


def required_name(name: str, example: str) -> str:
    """Return the name of a model.

    Raises:
        UserError: it is empty.
    """
    if not name:
        raise UserError("the model has no name", remedy=f"Write it after the scheme, e.g. {example}")
    return name
