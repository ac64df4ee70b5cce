"""Measure how the local model is served best on this machine: prompt and decode speed over the parameters that matter.

    python bench/serving/measure.py --model qwen2.5-coder-0.5b threads     # or: slots, memory, waiting

Every configuration is measured in turn, `--repeat` times over, so that what else the machine is doing falls on all of
them alike; the best of the repeats is printed. Next to tokens per second of wall time stands the processor time, which
other processes disturb less.
"""

import argparse
import asyncio
import dataclasses
import inspect
import json
import random
import secrets
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from journeyman.adapters.models.catalog import find_model
from journeyman.adapters.models.weights import find_weights
from journeyman.settings import load_settings

SUITES: dict[str, list[dict[str, Any]]] = {
    "threads": [{"threads": threads} for threads in (1, 2, 3, 4)],
    "slots": [{"slots": slots} for slots in (1, 2, 4, 8)],
    "memory": [
        {},
        {"flash_attn_type": 1},
        {"flash_attn_type": 0},
        {"flash_attn_type": 1, "cache_type_k": 8, "cache_type_v": 8},
        {"n_ubatch": 128},
        {"n_ubatch": 256},
        {"n_ubatch": 1024},
        {"load_mode": 0},
        {"kv_unified": True},
        {"no_extra_bufts": True},
    ],
    "waiting": [{"waiting": "passive"}, {"waiting": "active"}],
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One measurement of one configuration."""

    prompt_per_s: float
    prompt_per_cpu_s: float
    decode_per_s: float
    """Tokens of all slots together."""
    decode_per_cpu_s: float
    load_s: float
    memory_mb: int


SERVE = """
import json, sys
import xllamacpp
orders = json.loads(sys.argv[1])
params = xllamacpp.CommonParams()
params.model.path, params.port, params.api_keys = orders.pop("path"), 0, [orders.pop("token")]
threads = orders.pop("threads")
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
params.n_parallel = orders.pop("slots")
params.n_ctx, params.cache_ram_mib = 4096 * params.n_parallel, 0
kinds = {"flash_attn_type": xllamacpp.llama_flash_attn_type, "cache_type_k": xllamacpp.ggml_type,
         "cache_type_v": xllamacpp.ggml_type, "load_mode": xllamacpp.llama_load_mode}
for name, value in orders.items():
    setattr(params, name, kinds[name](value) if name in kinds else value)
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
"""


@asynccontextmanager
async def served(path: Path, config: dict[str, Any]) -> AsyncIterator[tuple[httpx.AsyncClient, int, float]]:
    """Serve the model with parameters of llama.cpp; yield a client, the process id and the seconds it took to load."""
    token, started = secrets.token_urlsafe(8), time.monotonic()
    orders = {"threads": 2, "slots": 4, **config, "path": str(path), "token": token}
    environment = {"OMP_WAIT_POLICY": orders.pop("waiting", "passive")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVE, json.dumps(orders),
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        address = (await process.stdout.readline()).decode().strip()
        loaded = time.monotonic() - started
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(base_url=address, headers=headers, timeout=600) as client:
            yield client, process.pid, loaded
    finally:
        process.kill()
        await process.wait()


async def ask(client: httpx.AsyncClient, words: str, *, slot: int, tokens: int) -> dict[str, Any]:
    body = {
        "messages": [{"role": "system", "content": "You write code."}, {"role": "user", "content": words}],
        "max_tokens": tokens, "ignore_eos": True, "temperature": 0.7, "seed": slot,
        "cache_prompt": True, "id_slot": slot,
    }  # fmt: skip
    response = await client.post("/v1/chat/completions", json=body)
    timings: dict[str, Any] = response.raise_for_status().json()["timings"]
    return timings


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def memory_mb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) // 1000 for line in lines if line.startswith("VmHWM"))


async def read(path: Path, config: dict[str, Any], *, prompt_chars: int, tokens: int) -> Reading:
    slots = config.get("slots", 4)
    async with served(path, config) as (client, pid, load_s):
        words = f"# {random.random()}\n{inspect.getsource(textwrap)[:prompt_chars]}\nAdd a parameter `limit`."
        cpu, started = cpu_s(pid), time.monotonic()
        evaluated = (await ask(client, words, slot=0, tokens=1))["prompt_n"]
        prompt_s, prompt_cpu_s = time.monotonic() - started, cpu_s(pid) - cpu
        # Short prompts: what is timed here is decoding, all slots at once.
        await asyncio.gather(*(ask(client, "Count.", slot=slot, tokens=1) for slot in range(slots)))
        cpu, started = cpu_s(pid), time.monotonic()
        await asyncio.gather(*(ask(client, "Count.", slot=slot, tokens=tokens) for slot in range(slots)))
        decode_s, decode_cpu_s = time.monotonic() - started, cpu_s(pid) - cpu
        return Reading(
            prompt_per_s=evaluated / prompt_s,
            prompt_per_cpu_s=evaluated / prompt_cpu_s,
            decode_per_s=slots * tokens / decode_s,
            decode_per_cpu_s=slots * tokens / decode_cpu_s,
            load_s=load_s,
            memory_mb=memory_mb(pid),
        )


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suite", choices=SUITES)
    parser.add_argument("--model", default="qwen2.5-coder-0.5b")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--prompt-chars", type=int, default=2400, help="about four to a token")
    parser.add_argument("--tokens", type=int, default=24, help="decoded in each slot")
    options = parser.parse_args()
    weights = find_weights(find_model(options.model), load_settings().cache_dir)
    configs = SUITES[options.suite]
    readings: list[list[Reading]] = [[] for _ in configs]
    for _ in range(options.repeat):
        for config, taken in zip(configs, readings, strict=True):
            taken.append(await read(weights.path, config, prompt_chars=options.prompt_chars, tokens=options.tokens))
            print(".", end="", file=sys.stderr, flush=True)
    print(f"\n{options.model}, best of {options.repeat}")
    print("| configuration | prompt tok/s | per cpu s | decode tok/s | per cpu s | load s | MB |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for config, taken in zip(configs, readings, strict=True):
        best = {
            field.name: [getattr(reading, field.name) for reading in taken] for field in dataclasses.fields(Reading)
        }
        cells = [f"{max(best[name]):.1f}" for name in list(best)[:4]]
        text = ", ".join(f"{name}={value}" for name, value in config.items()) or "defaults"
        print(f"| {text} | {' | '.join(cells)} | {min(best['load_s']):.1f} | {max(best['memory_mb'])} |")


if __name__ == "__main__":
    asyncio.run(main())
