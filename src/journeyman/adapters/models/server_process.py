"""The process that serves one local model: started by `server.py`, gone with its last user.

It reads its parameters and its token from standard input, so that neither shows in a process list, and says on
standard output where it listens. From then on it only waits for the lease: users hold it shared; when the last of
them lets go, by leaving or by being killed, the exclusive lock is granted and the process ends.
"""

import json
import os
import shutil
import sys
import threading
from pathlib import Path
from typing import Any

from journeyman.adapters.models.locks import open_lock, take_exclusive, take_now
from journeyman.adapters.models.serving import Serving


def main() -> None:
    """Serve until the last user is gone."""
    orders = json.loads(sys.stdin.readline())
    if os.fork():
        # The one who asked waits for this parent only: the server belongs to all of its users alike.
        os._exit(0)
    os.setsid()
    directory = Path(orders["directory"])
    alive = open_lock(directory / "alive")
    if not take_now(alive):
        sys.exit("another server of this model is alive")
    lease = open_lock(directory / "lease")
    threading.Thread(target=_leave_with_last_user, args=(lease, directory), daemon=True).start()
    prompts = directory / "prompts"
    shutil.rmtree(prompts, ignore_errors=True)
    prompts.mkdir(mode=0o700)
    server = _start(Serving(**orders["serving"]), orders["token"], prompts)
    _publish(directory, {"address": server.listening_address, "token": orders["token"], "pid": os.getpid()})
    print("ready", flush=True)  # noqa: T201 (the handshake with server.py)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    threading.Event().wait()


def _leave_with_last_user(lease: int, directory: Path) -> None:
    take_exclusive(lease)
    (directory / "state.json").unlink(missing_ok=True)
    shutil.rmtree(directory / "prompts", ignore_errors=True)
    # Requests in flight have nobody left to answer to: no orderly shutdown is owed to them.
    os._exit(0)


def _start(serving: Serving, token: str, prompts: Path) -> Any:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = serving.model_path
    params.model_alias = {serving.model_name}
    params.hostnames = ["127.0.0.1"]
    params.port = serving.port
    params.api_keys = [token]
    params.ui = False
    params.slot_save_path = f"{prompts}/"
    # States are kept on the disk, by those who know which will be wanted again (slots.py), not in memory by chance.
    params.cache_ram_mib = 0
    params.n_parallel = serving.slots
    params.n_ctx = serving.slots * serving.context_tokens
    # Changed code is mostly repeated code: what follows twelve repeated tokens is guessed, and checked in one pass.
    params.speculative.types = [xllamacpp.common_speculative_type.COMMON_SPECULATIVE_TYPE_NGRAM_SIMPLE]
    params.speculative.ngram_simple.size_n, params.speculative.ngram_simple.size_m = 12, 16
    params.cpuparams.n_threads = serving.threads
    params.cpuparams_batch.n_threads = serving.threads
    try:
        return xllamacpp.Server(params)
    except RuntimeError as error:
        # llama.cpp has said on standard error what is wrong; a traceback would only bury it.
        sys.exit(str(error))


def _publish(directory: Path, state: dict[str, object]) -> None:
    draft = directory / "state.json.new"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(state, file)
    draft.rename(directory / "state.json")


if __name__ == "__main__":
    main()
