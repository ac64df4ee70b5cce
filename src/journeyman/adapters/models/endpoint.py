"""Where and as whom a model is asked."""

from dataclasses import dataclass, field, replace

from journeyman.domain.digest import digest_bytes
from journeyman.domain.prompt import Prompt, Role, Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where and as whom to ask."""

    locator: str
    """As the model was asked for, `scheme:rest`."""
    model: str
    """As the endpoint knows it."""
    base_url: str
    key: str = field(repr=False)
    timeout_s: float
    price_url: str
    """Whose prices apply, by the address of their interface; empty for a model that runs on this machine, at none."""
    stream: bool = False
    """Let the answer arrive piece by piece, as some proxies want it; what arrives is judged when it is whole."""
    continues: bool = False
    """Whether a conversation that ends with the model's own words is gone on with, and the answer repeats them."""

    @property
    def scheme(self) -> str:
        """Which provider this is, as the locator spells it."""
        return self.locator.partition(":")[0]

    def begun(self, prompt: Prompt) -> Prompt:
        """Return the conversation as it is sent: with the first words of the answer, if they are gone on with."""
        if not (self.continues and prompt.opening):
            return prompt
        return replace(prompt, turns=(*prompt.turns, Turn(role=Role.MODEL, text=prompt.opening)))

    def cache_key(self, prompt: Prompt) -> str:
        """Name how a prompt begins, for OpenAI, which sends what begins alike to one machine; empty for others."""
        if self.scheme not in {"openai", "openai-responses", "azure"}:
            return ""
        first = prompt.turns[0].text if prompt.turns else ""
        words = "\0".join([prompt.system, *(tool.name for tool in prompt.tools), first])
        return digest_bytes(words.encode("utf-8", "surrogatepass"))[:32]
