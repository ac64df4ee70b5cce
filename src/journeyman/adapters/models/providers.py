"""The providers by scheme: whose key, which address, which extra; one way to open them all."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from journeyman.adapters.models import clients
from journeyman.adapters.models.chat import ChatModel, open_chat
from journeyman.adapters.models.compatible import required_name
from journeyman.adapters.models.endpoint import Endpoint
from journeyman.adapters.models.provider_model import ProviderModel
from journeyman.adapters.models.retry import Retry
from journeyman.domain.errors import UserError
from journeyman.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One company or program that serves models."""

    scheme: str
    title: str
    extra: str
    """Of this package, that brings its SDK."""
    key_env: tuple[str, ...]
    """Where its key is looked for, in order; empty if it takes none from us."""
    url: str
    """Of its interface, unless `[model] base_url` says otherwise; empty means that it must."""
    url_env: tuple[str, ...] = ()
    """Where else its address is looked for."""
    price_url: str = ""
    """Whose prices apply; empty means none: it runs on a machine of yours."""
    example: str
    """A model's name; an example only, never asked for unless a person says so."""
    make: Callable[[Endpoint], clients.Client] | None = None
    """Its client, of an SDK; None where OpenAI's chat completions are spoken and no SDK is wanted."""


PROVIDERS = (
    Provider(
        scheme="anthropic",
        title="Anthropic",
        extra="anthropic",
        key_env=("ANTHROPIC_API_KEY",),
        url="https://api.anthropic.com",
        price_url="https://api.anthropic.com",
        example="claude-haiku-4-5",
        make=clients.anthropic_client,
    ),
    Provider(
        scheme="azure",
        title="Azure OpenAI",
        extra="openai",
        key_env=("AZURE_OPENAI_API_KEY",),
        url="",
        url_env=("AZURE_OPENAI_ENDPOINT",),
        price_url="https://api.openai.com/v1",
        example="NAME-OF-YOUR-DEPLOYMENT",
        make=clients.azure_client,
    ),
    Provider(
        scheme="bedrock",
        title="Amazon Bedrock",
        extra="bedrock",
        key_env=(),
        url="",
        price_url="https://bedrock-runtime.us-east-1.amazonaws.com",
        example="us.anthropic.claude-haiku-4-5-20251001-v1:0",
        make=clients.bedrock_client,
    ),
    Provider(
        scheme="google",
        title="Google Gemini",
        extra="google",
        key_env=("GOOGLE_API_KEY", "GEMINI_API_KEY"),
        url="https://generativelanguage.googleapis.com",
        price_url="https://generativelanguage.googleapis.com",
        example="gemini-2.5-flash",
        make=clients.google_client,
    ),
    Provider(
        scheme="groq",
        title="Groq",
        extra="groq",
        key_env=("GROQ_API_KEY",),
        url="https://api.groq.com",
        price_url="https://api.groq.com",
        example="openai/gpt-oss-20b",
        make=clients.groq_client,
    ),
    Provider(
        scheme="mistral",
        title="Mistral",
        extra="mistral",
        key_env=("MISTRAL_API_KEY",),
        url="https://api.mistral.ai",
        price_url="https://api.mistral.ai",
        example="codestral-latest",
        make=clients.mistral_client,
    ),
    Provider(
        scheme="ollama",
        title="Ollama",
        extra="openai",
        key_env=(),
        url="http://127.0.0.1:11434",
        url_env=("OLLAMA_BASE_URL",),
        example="qwen3-coder",
    ),
    Provider(
        scheme="openai",
        title="OpenAI",
        extra="openai",
        key_env=("OPENAI_API_KEY",),
        url="https://api.openai.com/v1",
        price_url="https://api.openai.com/v1",
        example="gpt-5-mini",
    ),
    Provider(
        scheme="openai-responses",
        title="OpenAI (responses)",
        extra="openai",
        key_env=("OPENAI_API_KEY",),
        url="https://api.openai.com/v1",
        price_url="https://api.openai.com/v1",
        example="gpt-5-mini",
        make=clients.responses_client,
    ),
    Provider(
        scheme="openrouter",
        title="OpenRouter",
        extra="openai",
        key_env=("OPENROUTER_API_KEY",),
        url="https://openrouter.ai/api/v1",
        price_url="https://openrouter.ai/api/v1",
        example="anthropic/claude-haiku-4.5",
        make=clients.openrouter_client,
    ),
)


def find_provider(scheme: str) -> Provider:
    """Return the provider of a scheme.

    Raises:
        KeyError: there is none.
    """
    return next(iter(provider for provider in PROVIDERS if provider.scheme == scheme))


def endpoint_of(provider: Provider, rest: str, settings: Settings) -> Endpoint:
    """Return where and as whom a provider's model is asked.

    Raises:
        UserError: no model name, no key or no address; the text says where to put it.
    """
    name = required_name(rest, f"{provider.scheme}:{provider.example}")
    own = settings.model.api_key_env
    variables = (own,) if own else provider.key_env
    url = settings.model.base_url or settings.secret(*provider.url_env) or provider.url
    key = settings.key_for(url, *variables)
    if variables and not key:
        raise UserError(
            f"no key for {provider.scheme}:{rest}",
            remedy=f"Put it into the environment variable {' or '.join(variables)}.",
        )
    if not url and provider.url_env:
        raise UserError(
            f"{provider.scheme}:{rest} does not say where the model is served",
            remedy=f"Set base_url in [model], or the environment variable {' or '.join(provider.url_env)}.",
        )
    if provider.scheme == "ollama" and not url.rstrip("/").endswith("/v1"):
        # Its own variable names the machine, not the interface.
        url = f"{url.rstrip('/')}/v1"
    return Endpoint(
        locator=f"{provider.scheme}:{rest}",
        model=name,
        base_url=url,
        key=key,
        timeout_s=settings.model.timeout_s,
        price_url=provider.price_url,
        stream=settings.model.stream,
    )


@asynccontextmanager
async def open_provider(
    scheme: str, rest: str, settings: Settings, *, retry: Retry | None = None
) -> AsyncIterator[ProviderModel | ChatModel]:
    """Open a model at a provider; its connections are closed at the end.

    Raises:
        UserError: no model name, no key, no address, or an SDK that is not installed.
    """
    provider = find_provider(scheme)
    endpoint = endpoint_of(provider, rest, settings)
    patience = retry or Retry(endpoint=endpoint.base_url or provider.title, secret=endpoint.key)
    if provider.make is None:
        async with open_chat(endpoint, retry=patience) as model:
            yield model
        return
    try:
        connection, client = provider.make(endpoint)
    except ImportError as error:
        raise UserError(
            f"{scheme}: needs a package that is not installed ({error.name or error})",
            remedy=f"Install it with: pip install 'journeyman[{provider.extra}]'",
        ) from error
    async with connection:
        yield ProviderModel(endpoint, client, retry=patience)


open_anthropic = partial(open_provider, "anthropic")
open_azure = partial(open_provider, "azure")
open_bedrock = partial(open_provider, "bedrock")
open_google = partial(open_provider, "google")
open_groq = partial(open_provider, "groq")
open_mistral = partial(open_provider, "mistral")
open_ollama = partial(open_provider, "ollama")
open_openai = partial(open_provider, "openai")
open_responses = partial(open_provider, "openai-responses")
open_openrouter = partial(open_provider, "openrouter")
