"""Train the static embedding on mined pairs: `python -m bench.retrieval.train.static PAIRS.jsonl OUT`.

A text is a bag of sub-words (`journeyman.retrieval.subwords`). A document's vector is the normalised sum of its rows,
each times its own learnt weight and 1 + log of its frequency, the header's rows times a learnt factor; a question has
weights of its own. Rows and weights are trained with InfoNCE (van den Oord et al. 2018) in both directions; the wrong
answers of a batch come from the same project as the right one, because that is what searching one project needs.
Averages of the weights over the last steps are kept: they over-fit less. Needs torch; `--init` also onnxruntime.
"""

import argparse
import json
import math
import random
import time
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as nn
from numpy.typing import NDArray

from journeyman.retrieval.subwords import BUCKETS, Subwords
from journeyman.retrieval.words import stems, words_of

MOST_ROWS = 128
GROUP, GROUPS = 192, 6
HELD_OUT = 14
KEEP_ROW, KEEP_WORD, KEEP_HEADER = 0.65, 0.8, 0.6
DECAY = 0.992
AVERAGED_EVERY = 4
"""Steps."""
LOOK_EVERY_S = 15
Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


def vocabulary(rows: list[list[str]], size: int) -> list[str]:
    counts: Counter[str] = Counter()
    sources: dict[str, set[str]] = defaultdict(set)
    for _, source, words, header, body in rows:
        for word, count in Counter(words_of(f"{words} {header} {body}")).items():
            for stem in stems(word):
                counts[stem] += count
                if len(sources[stem]) < 2:
                    sources[stem].add(source)
    # A word of a single project is better spelled than learnt.
    return [stem for stem, _ in counts.most_common() if len(sources[stem]) >= 2][:size]


class Bags:
    """Texts as rows of the embedding, ready to be put into batches."""

    def __init__(self, rows: list[list[str]], subwords: Subwords) -> None:
        self.questions: list[Ints] = []
        self.headers: list[Ints] = []
        self.bodies: list[Ints] = []
        self.strengths: list[Floats] = []
        for _, _, words, header, body in rows:
            self.questions.append(np.unique(np.array(subwords.rows(words_of(words)) or [0])))
            self.headers.append(np.unique(np.array(subwords.rows(words_of(header)), np.int64)))
            common = Counter(subwords.rows(words_of(body))).most_common(MOST_ROWS)
            self.bodies.append(np.array([row for row, _ in common] or [0], np.int64))
            self.strengths.append(np.array([1 + math.log(count) for _, count in common] or [1.0], np.float32))


class Model(torch.nn.Module):  # type: ignore[misc] # torch is no dependency
    """Vectors, weights and two scalars."""

    def __init__(self, vectors: Floats, rarity: Floats) -> None:
        super().__init__()
        self.vectors = torch.nn.Parameter(torch.from_numpy(vectors))
        self.asking = torch.nn.Parameter(torch.log(torch.from_numpy(rarity)))
        self.answering = torch.nn.Parameter(torch.log(torch.from_numpy(rarity)))
        self.header = torch.nn.Parameter(torch.tensor(0.7))
        self.sharpness = torch.nn.Parameter(torch.tensor(math.log(20.0)))

    def sums(self, rows: list[Ints], weights: torch.Tensor) -> torch.Tensor:
        """Return one vector of unit length per bag."""
        offsets = np.cumsum([0] + [len(some) for some in rows[:-1]])
        bags = nn.embedding_bag(
            torch.from_numpy(np.concatenate(rows)),
            self.vectors,
            torch.from_numpy(offsets),
            mode="sum",
            per_sample_weights=weights,
        )
        return nn.normalize(bags, dim=1)

    def questions(self, bags: Bags, numbers: list[int], chance: np.random.Generator | None = None) -> torch.Tensor:
        """Return the vectors of questions; with `chance` some words are dropped."""
        rows = [bags.questions[number] for number in numbers]
        if chance is not None:
            rows = [kept if len(kept := some[chance.random(len(some)) < KEEP_WORD]) else some for some in rows]
        return self.sums(rows, torch.exp(self.asking[torch.from_numpy(np.concatenate(rows))]))

    def documents(self, bags: Bags, numbers: list[int], chance: np.random.Generator | None = None) -> torch.Tensor:
        """Return the vectors of documents; with `chance` some rows and some headers are dropped."""
        rows, strengths, in_header = [], [], []
        for number in numbers:
            header, body, strength = bags.headers[number], bags.bodies[number], bags.strengths[number]
            if chance is not None:
                kept = chance.random(len(body)) < KEEP_ROW
                body, strength = (body[kept], strength[kept]) if kept.any() else (body, strength)
                header = header[chance.random(len(header)) < 0.8] if chance.random() < KEEP_HEADER else header[:0]
            rows.append(np.concatenate([header, body]))
            strengths += [np.ones(len(header), np.float32), strength]
            in_header += [np.ones(len(header), np.float32), np.zeros(len(body), np.float32)]
        weights = torch.exp(self.answering[torch.from_numpy(np.concatenate(rows))])
        weights = weights * torch.from_numpy(np.concatenate(strengths))
        return self.sums(rows, weights * (1 + torch.from_numpy(np.concatenate(in_header)) * torch.exp(self.header)))


def loss_of(model: Model, bags: Bags, numbers: list[int], same: Ints, chance: np.random.Generator) -> torch.Tensor:
    near = model.questions(bags, numbers, chance) @ model.documents(bags, numbers, chance).T
    near = near * torch.exp(model.sharpness).clamp(max=60)
    asked = torch.from_numpy(same[numbers])
    alike = (asked[:, None] == asked[None]) & ~torch.eye(len(numbers), dtype=torch.bool)
    near = near.masked_fill(alike, -1e4)
    right = torch.arange(len(numbers))
    return 0.7 * nn.cross_entropy(near, right) + 0.3 * nn.cross_entropy(near.T, right)


def held_out_mrr(model: Model, bags: Bags, groups: dict[str, list[int]]) -> float:
    """Return the mean reciprocal rank of the right document among those of its project, projects equal."""
    with torch.no_grad():
        found = []
        for numbers in groups.values():
            near = model.questions(bags, numbers) @ model.documents(bags, numbers).T
            found.append((1.0 / (1 + (near > near.diagonal()[:, None]).sum(1)).float()).mean().item())
        return float(sum(found) / len(found))


def batches(groups: dict[str, list[int]], chance: random.Random) -> list[list[int]]:
    """Return one epoch: each batch has some groups, each group rows of one project."""
    cut = []
    for numbers in groups.values():
        shuffled = chance.sample(numbers, len(numbers))
        cut += [shuffled[at : at + GROUP] for at in range(0, len(shuffled), GROUP) if len(shuffled) - at >= 24]
    chance.shuffle(cut)
    return [[number for group in cut[at : at + GROUPS] for number in group] for at in range(0, len(cut), GROUPS)]


class Teacher:
    """One training: the projects held out, the optimiser, and the running average of the weights."""

    def __init__(self, model: Model, bags: Bags, rows: list[list[str]], given: argparse.Namespace) -> None:
        self.model, self.bags, self.given = model, bags, given
        by_source: dict[str, list[int]] = defaultdict(list)
        for number, row in enumerate(rows):
            by_source[row[1]].append(number)
        held = set(random.Random(3).sample(sorted(by_source), min(HELD_OUT, len(by_source) // 4)))
        self.validation = {source: by_source[source][:1200] for source in sorted(held)}
        self.learnt = {source: numbers for source, numbers in by_source.items() if given.all or source not in held}
        asked: dict[str, int] = {}
        self.same = np.array([asked.setdefault(row[2], len(asked)) for row in rows])
        others = [model.asking, model.answering, model.header, model.sharpness]
        self.optimiser = torch.optim.Adam([{"params": [model.vectors]}, {"params": others}], lr=given.rate)
        self.average = {name: value.detach().clone() for name, value in model.named_parameters()}
        self.steps = 0

    def step(self, numbers: list[int], progress: float, noise: np.random.Generator) -> float:
        """Learn from one batch; the rate falls like a cosine as progress goes from 0 to 1."""
        rate = self.given.rate * min(1, (self.steps + 1) / 50)
        rate *= max(0.02, 0.5 * (1 + math.cos(math.pi * min(1, progress))))
        for group, factor in zip(self.optimiser.param_groups, (1, 5), strict=True):
            group["lr"] = rate * factor
        loss = loss_of(self.model, self.bags, numbers, self.same, noise)
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        self.steps += 1
        keep = min(DECAY, (self.steps + 1) / (self.steps + 10))
        for name, value in self.model.named_parameters() if self.steps % AVERAGED_EVERY == 0 else ():
            self.average[name].mul_(keep).add_(value.detach(), alpha=1 - keep)
        return float(loss.detach())

    def averaged(self) -> Model:
        """Return a model with the averaged weights."""
        made = Model(self.model.vectors.detach().numpy(), np.ones(len(self.model.vectors), np.float32))
        made.load_state_dict({name: value.clone() for name, value in self.average.items()})
        return made

    def held_out(self) -> float:
        """Return how well the averaged weights do on the projects held out."""
        return held_out_mrr(self.averaged(), self.bags, self.validation)


def train(teacher: Teacher) -> Model:
    chance, noise = random.Random(5), np.random.default_rng(5)
    began, spent, said = time.process_time(), 0.0, 0.0
    best, best_mrr = teacher.averaged(), 0.0
    print("held out", list(teacher.validation), "start", round(teacher.held_out(), 4), flush=True)
    while spent < teacher.given.cpu_s:
        for numbers in batches(teacher.learnt, chance):
            spent = time.process_time() - began
            loss = teacher.step(numbers, spent / teacher.given.cpu_s, noise)
            if spent > said + LOOK_EVERY_S:
                said = spent
                mrr = teacher.held_out()
                # What learns on becomes worse on other projects after a while: the best so far is kept.
                if mrr > best_mrr:
                    best, best_mrr = teacher.averaged(), mrr
                print(f"{spent:.0f} s of CPU, step {teacher.steps}, loss {loss:.3f}, held out {mrr:.4f}", flush=True)
            if spent > teacher.given.cpu_s:
                break
    if teacher.held_out() > best_mrr:
        best = teacher.averaged()
    for source, numbers in teacher.validation.items():
        print(f"  {source}: {held_out_mrr(best, teacher.bags, {source: numbers}):.3f} of {len(numbers)}")
    print("end", round(held_out_mrr(best, teacher.bags, teacher.validation), 4))
    return best


def save(model: Model, known: list[str], out: Path, dimensions: int) -> None:
    """Write what `journeyman.retrieval.static` reads.

    The rows are turned to their principal axes, so that the leading dimensions say most, and written as bytes.
    """
    vectors = model.vectors.detach().numpy().astype(np.float64)
    answering = np.exp(model.answering.detach().numpy()).astype(np.float64)
    weighed = vectors * answering[:, None]
    _, axes = np.linalg.eigh(weighed.T @ weighed)
    turned = (vectors @ axes[:, ::-1])[:, :dimensions]
    scales = np.abs(turned).max(axis=1) / 127 + 1e-12
    weights = np.stack([scales, np.exp(model.asking.detach().numpy()), answering], axis=1).astype(np.float32)
    header = np.array([[1 + math.exp(model.header.item()), 0, 0]], np.float32)
    out.mkdir(parents=True, exist_ok=True)
    np.save(out / "vectors.npy", np.round(turned / scales[:, None]).astype(np.int8))
    np.save(out / "weights.npy", np.concatenate([weights, header]))
    (out / "stems.txt").write_text("\n".join(known), "utf-8")
    print("wrote", out, round(sum(file.stat().st_size for file in out.iterdir()) / 1e6, 1), "MB")


def start(known: list[str], rows: list[list[str]], dimensions: int, init: Path | None) -> tuple[Floats, Floats]:
    """Return the first vectors (drawn, or from a sentence encoder's view of each word) and how rare each row is."""
    size = BUCKETS + len(known)
    vectors = np.random.default_rng(5).normal(0, 1 / math.sqrt(dimensions), (size, dimensions)).astype(np.float32)
    if init is not None:
        given = np.load(init)["vectors"][: len(known)].astype(np.float32)
        vectors[BUCKETS:, : given.shape[1]] = given[:, :dimensions] + 0.02 * vectors[BUCKETS:, : given.shape[1]]
        vectors[:BUCKETS] *= 0.3
    subwords, holding = Subwords(known), np.zeros(size)
    for row in rows:
        holding[np.unique(np.array(subwords.rows(words_of(row[4])) or [0]))] += 1
    rarity = np.log(1 + len(rows) / (1 + holding))
    return vectors, np.maximum(rarity / rarity.mean(), 0.05).astype(np.float32)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("pairs", type=Path)
    options.add_argument("out", type=Path)
    options.add_argument("--init", type=Path, help="what `encoder_words.py` wrote for the same vocabulary")
    options.add_argument("--vocabulary", type=Path, help="write the vocabulary here and stop")
    options.add_argument("--size", type=int, default=36_000)
    options.add_argument("--dimensions", type=int, default=192)
    options.add_argument("--kept", type=int, default=192, help="dimensions that are written")
    options.add_argument("--cpu-s", type=float, default=60, help="seconds of CPU")
    options.add_argument("--rate", type=float, default=2e-3)
    options.add_argument("--all", action="store_true", help="learn from the held-out projects too")
    options.add_argument("--threads", type=int, default=2)
    given = options.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(5)
    rows = [json.loads(line) for line in given.pairs.read_text().splitlines()]
    known = vocabulary(rows, given.size)
    print(len(rows), dict(Counter(row[0] for row in rows)), "known stems", len(known), flush=True)
    if given.vocabulary:
        given.vocabulary.write_text("\n".join(known))
        return
    vectors, rarity = start(known, rows, given.dimensions, given.init)
    bags = Bags(rows, Subwords(known))
    teacher = Teacher(Model(vectors, rarity), bags, rows, given)
    save(train(teacher), known, given.out, given.kept)


if __name__ == "__main__":
    main()
