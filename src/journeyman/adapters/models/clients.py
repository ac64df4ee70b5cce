"""How each provider's client is made: the only place that knows their SDKs, each imported when it is wanted."""

from typing import TYPE_CHECKING, Any

from journeyman.adapters.models.endpoint import Endpoint

if TYPE_CHECKING:
    from pydantic_ai.models import Model

Client = tuple[Any, "Model"]
"""The provider, to be entered and left, and the model asked through it."""


def responses_client(endpoint: Endpoint) -> Client:
    """OpenAI, responses; nothing is kept there: the conversation is ours."""
    from pydantic_ai.models.openai import OpenAIResponsesModel, OpenAIResponsesModelSettings
    from pydantic_ai.providers.openai import OpenAIProvider

    provider = OpenAIProvider(base_url=endpoint.base_url, api_key=endpoint.key)
    settings = OpenAIResponsesModelSettings(openai_store=False)
    return provider, OpenAIResponsesModel(endpoint.model, provider=provider, settings=settings)


def anthropic_client(endpoint: Endpoint) -> Client:
    """Anthropic, messages."""
    from pydantic_ai.models.anthropic import AnthropicModel
    from pydantic_ai.providers.anthropic import AnthropicProvider

    provider = AnthropicProvider(base_url=endpoint.base_url, api_key=endpoint.key)
    return provider, AnthropicModel(endpoint.model, provider=provider)


def google_client(endpoint: Endpoint) -> Client:
    """Google's Gemini API."""
    from pydantic_ai.models.google import GoogleModel
    from pydantic_ai.providers.google import GoogleProvider

    provider = GoogleProvider(base_url=endpoint.base_url, api_key=endpoint.key)
    return provider, GoogleModel(endpoint.model, provider=provider)


def azure_client(endpoint: Endpoint) -> Client:
    """Azure OpenAI, chat completions of its v1 interface, which has no dated versions."""
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai import OpenAIProvider

    root = endpoint.base_url.rstrip("/")
    url = root if root.endswith("/v1") else f"{root}/openai/v1"
    provider = OpenAIProvider(base_url=url, api_key=endpoint.key)
    return provider, OpenAIChatModel(endpoint.model, provider=provider)


def bedrock_client(endpoint: Endpoint) -> Client:
    """Amazon Bedrock, converse. Credentials are those that AWS's own SDK finds: environment, profile or role."""
    import boto3
    from botocore.config import Config
    from botocore.exceptions import NoRegionError
    from pydantic_ai.models.bedrock import BedrockConverseModel
    from pydantic_ai.providers.bedrock import BedrockProvider

    from journeyman.domain.errors import UserError

    config = Config(read_timeout=endpoint.timeout_s, connect_timeout=30, retries={"total_max_attempts": 1})
    try:
        client = boto3.client("bedrock-runtime", config=config, endpoint_url=endpoint.base_url or None)
    except NoRegionError:
        raise UserError(
            "Bedrock needs a region", remedy="Put it into the environment variable AWS_DEFAULT_REGION."
        ) from None
    provider = BedrockProvider(bedrock_client=client)
    return provider, BedrockConverseModel(endpoint.model, provider=provider)


def mistral_client(endpoint: Endpoint) -> Client:
    """Mistral, chat."""
    from pydantic_ai.models.mistral import MistralModel
    from pydantic_ai.providers.mistral import MistralProvider

    provider = MistralProvider(base_url=endpoint.base_url, api_key=endpoint.key)
    return provider, MistralModel(endpoint.model, provider=provider)


def groq_client(endpoint: Endpoint) -> Client:
    """Groq, chat."""
    from pydantic_ai.models.groq import GroqModel
    from pydantic_ai.providers.groq import GroqProvider

    provider = GroqProvider(base_url=endpoint.base_url, api_key=endpoint.key)
    return provider, GroqModel(endpoint.model, provider=provider)


def openrouter_client(endpoint: Endpoint) -> Client:
    """OpenRouter, chat."""
    from pydantic_ai.models.openrouter import OpenRouterModel
    from pydantic_ai.providers.openrouter import OpenRouterProvider

    provider = OpenRouterProvider(api_key=endpoint.key)
    # A client made here would be ours to close; the provider closes its own.
    provider.client.base_url = endpoint.base_url
    return provider, OpenRouterModel(endpoint.model, provider=provider)
