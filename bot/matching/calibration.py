"""Fit the confidence model and the thresholds, from a knowledge base alone.

No test question is used. Examples come from the knowledge base's own phrases and a seed:

- right: a phrase asked while it is not indexed (folds): as it is, with typing errors, without some words, or
  among common words, as in a rambling message; a name half-typed or misspelt, as in a look-up;
- wrong: the same where another entry ranks first;
- near miss: a phrase asked while its entry and those related to it cannot be chosen, so that neighbours
  in the same vocabulary are left, or a name from the knowledge base among ordinary words, put as a question
  about an attribute or as a remark;
- far: ordinary words only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import numpy as np
import numpy.typing as npt

from bot.kb import Entry, KnowledgeBase, ListEntry
from bot.language import LanguagePack, frequencies, load_pack
from bot.matching.analysis import Analyser
from bot.matching.confidence import Calibration
from bot.matching.matcher import Candidate, Matcher
from bot.matching.signals import NAMES
from bot.matching.tables import make_tables
from bot.matching.vocabulary import MIN_PREFIX_LENGTH

FOLDS = 4
RIDGE = 1.0
"""L2 penalty of the logistic regression; keeps correlated signals from taking opposite weights."""
ITERATIONS = 30
SAMPLE = 3_000
"""Phrases asked of a large knowledge base; the more, the less the thresholds depend on the seed."""
LIST_SHARE = 0.05
"""Derived lists have many times the phrases of a written entry, all of the same mould."""
LOOK_UP_SHARE = 0.5
"""Look-ups beside each phrase asked."""
RAMBLE_SHARE = 0.5
"""Rambling messages likewise. With more of them, unknown words no longer count against an answer."""
NEIGHBOUR_SHARE = 0.5
"""Phrases asked while their entry cannot be chosen, likewise: milder than what people come up with."""
ORDINARY_RANGE = (3.4, 5.4)
"""Zipf values of the words that near misses are made of."""
COMMON_RANGE = (4.4, 5.8)
"""Zipf values of the words around a question in a rambling message."""
ANSWERED_NEAR_MISSES = 0.02
"""Share of synthetic near misses that may be answered: it sets the threshold 'answer'."""
OVERHEARD_NEAR_MISSES = 0.002
"""The same for messages not addressed to the bot: it sets 'ambient'."""
SUGGEST_RATIO = 0.25
"""'Did you mean' begins at this share of the threshold 'answer'."""


@dataclass(frozen=True, slots=True)
class Example:
    """One synthetic question with the signals of the entry that ranked first."""

    text: str
    kind: str
    row: tuple[float, ...]
    right: bool


def calibrate(kb: KnowledgeBase, seed: int = 1) -> tuple[Calibration, list[Example]]:
    """Fit weights and thresholds; the same knowledge base and seed give the same result."""
    examples = list(_examples(kb, Random(seed)))
    rows = np.asarray([example.row for example in examples])
    right = np.asarray([example.right for example in examples], dtype=float)
    bias, weights = fit_logistic(rows, right)
    model = Calibration(bias, tuple(weights), 1.0, 1.0, 1.0)
    confidence = 1 / (1 + np.exp(-(bias + rows @ np.asarray(weights))))
    near = np.sort(confidence[[e.kind in ("near", "remark", "far") for e in examples]])
    answer = float(near[int(len(near) * (1 - ANSWERED_NEAR_MISSES))])
    ambient = float(near[int(len(near) * (1 - OVERHEARD_NEAR_MISSES))])
    return (
        Calibration(
            bias=round(bias, 4),
            weights=tuple(round(weight, 4) for weight in model.weights),
            answer=round(answer, 3),
            suggest=round(answer * SUGGEST_RATIO, 3),
            ambient=round(ambient, 3),
        ),
        examples,
    )


def fit_logistic(rows: npt.NDArray[np.float64], right: npt.NDArray[np.float64]) -> tuple[float, list[float]]:
    """Ridge logistic regression by iteratively reweighted least squares.

    ``rows`` has shape (examples, signals). Returns the bias and one weight a signal.
    Source: Hastie, Tibshirani, Friedman, "The Elements of Statistical Learning", 4.4.1.
    """
    design = np.hstack([np.ones((len(rows), 1)), rows])
    penalty = np.eye(design.shape[1]) * RIDGE
    penalty[0, 0] = 1e-6
    beta = np.zeros(design.shape[1])
    for _ in range(ITERATIONS):
        p = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        gradient = design.T @ (right - p) - penalty @ beta
        hessian = (design * (p * (1 - p))[:, None]).T @ design + penalty
        beta = beta + np.linalg.solve(hessian, gradient)
    return float(beta[0]), [float(weight) for weight in beta[1:]]


def as_yaml(calibration: Calibration) -> str:
    """Return the text of ``calibration.yaml``."""
    weights = "\n".join(
        f"  {name}: {weight}" for name, weight in zip(NAMES, calibration.weights, strict=True)
    )
    return (
        "# Fitted by `nocrise calibrate`; see bot/matching/calibration.py. Do not edit by hand.\n"
        f"bias: {calibration.bias}\nweights:\n{weights}\n"
        f"thresholds:\n  answer: {calibration.answer}\n  suggest: {calibration.suggest}\n"
        f"  ambient: {calibration.ambient}\n"
    )


def _examples(kb: KnowledgeBase, random: Random) -> Iterator[Example]:
    phrases = [
        (entry, position)
        for entry in kb.entries.values()
        for position in range(1, len(entry.phrases))
        if not isinstance(entry, ListEntry) or random.random() < LIST_SHARE
    ]
    random.shuffle(phrases)
    phrases = phrases[:SAMPLE]
    pack = load_pack(kb.language)
    analyser = Analyser(pack, kb.lexicon)
    ordinary, common = _words(pack, ORDINARY_RANGE), _words(pack, COMMON_RANGE)
    names = [origin.name for origin in kb.origins.values()]
    for fold in range(FOLDS):
        asked = phrases[fold::FOLDS]
        left_out = {(entry.id, position) for entry, position in asked}
        matcher = Matcher(kb, _UNFITTED, tables=make_tables(kb, analyser, left_out))
        for entry, position in asked:
            phrase = entry.phrases[position]
            yield from _ask(matcher, _blemish(phrase, random), "own", entry)
            if isinstance(entry, ListEntry):
                strange = random.choice(ordinary)
                for name in names:
                    phrase = phrase.replace(name, strange)
                if strange in phrase:
                    yield from _ask(matcher, phrase, "near", None)
                continue
            if random.random() < RAMBLE_SHARE:
                yield from _ask(matcher, _ramble(phrase, common, random), "own", entry)
            if random.random() < LOOK_UP_SHARE:
                yield from _ask(matcher, _look_up(entry, random), "own", entry)
            if random.random() < NEIGHBOUR_SHARE:
                yield from _ask(matcher, phrase, "near", None, excluded=_kin(kb, entry))
            yield from _ask(matcher, _attribute(entry, pack, ordinary, random), "near", None)
            yield from _ask(matcher, _remark(entry, pack, ordinary, random), "remark", None)
        for _ in range(len(asked) // 4):
            yield from _ask(matcher, _babble(ordinary, random), "far", None)


def _ask(
    matcher: Matcher,
    text: str,
    kind: str,
    entry: Entry | None,
    excluded: frozenset[str] = frozenset(),
) -> Iterator[Example]:
    question = matcher.analyse(text)
    candidates: list[Candidate] = matcher.rank(question, excluded=excluded)
    if candidates:
        best = candidates[0]
        right = entry is not None and best.id == entry.id
        yield Example(text, kind, tuple(best.signals), right)


def _kin(kb: KnowledgeBase, entry: Entry) -> frozenset[str]:
    """The entry, those linked with it in either direction, and the lists."""
    linked = {other.id for other in kb.entries.values() if entry.id in other.related}
    lists = {other.id for other in kb.lists}
    return frozenset({entry.id, *entry.related, *linked, *lists})


def _words(pack: LanguagePack, frequency: tuple[float, float]) -> list[str]:
    """Content words within a range of zipf values, whether the knowledge base knows them or not."""
    low, high = frequency
    return sorted(
        word
        for word, zipf in frequencies(pack.code).items()
        if low <= zipf <= high and word not in pack.stopwords and len(word) > 3  # noqa: PLR2004
    )


def _blemish(phrase: str, random: Random) -> str:
    """Half of the phrases as they are; the others with typing errors, or without some words."""
    words = phrase.split()
    if random.random() < 0.5:  # noqa: PLR2004
        return phrase
    if len(words) > 3:  # noqa: PLR2004
        words = [word for word in words if random.random() > 0.15] or words  # noqa: PLR2004
    return " ".join(_mistype(word, random) if random.random() < 0.3 else word for word in words)  # noqa: PLR2004


def _mistype(word: str, random: Random) -> str:
    if len(word) < 4:  # noqa: PLR2004
        return word
    at = random.randrange(1, len(word) - 1)
    return random.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        ]
    )


_UNFITTED = Calibration(0.0, (0.0,) * len(NAMES), 1.0, 1.0, 1.0)


def _look_up(entry: Entry, random: Random) -> str:
    """A name of the entry as typed into a search box: half-typed, or with a typing error."""
    words = random.choice(entry.aliases or entry.questions).split()
    last = words[-1]
    if random.random() < 0.5 and len(last) > MIN_PREFIX_LENGTH:  # noqa: PLR2004
        return " ".join([*words[:-1], last[: random.randint(MIN_PREFIX_LENGTH, len(last) - 1)]])
    return " ".join(_mistype(word, random) for word in words)


def _ramble(phrase: str, common: list[str], random: Random) -> str:
    """A held-out phrase between a few words that are beside the point."""
    before = random.sample(common, random.randint(1, 4))
    after = random.sample(common, random.randint(0, 3))
    return f"{' '.join(before)} {phrase} {' '.join(after)} ?"


def _attribute(entry: Entry, pack: LanguagePack, ordinary: list[str], random: Random) -> str:
    """A question for something that the entry does not say: 'quel marteau pour les grappes ?'."""
    opener = random.choice(pack.attribute_openers)
    alias = random.choice(entry.aliases or entry.questions)
    words = random.sample(ordinary, random.choice([1, 1, 2, 2, 3]))
    if random.random() < 0.5:  # noqa: PLR2004
        return f"{opener} {' '.join(words)} {alias} ?"
    return f"{opener} {words[0]} {alias} {' '.join(words[1:])} ?"


def _remark(entry: Entry, pack: LanguagePack, ordinary: list[str], random: Random) -> str:
    """A remark that names the entry among other things."""
    opener = random.choice(pack.remark_openers)
    alias = random.choice(entry.aliases or entry.questions)
    words = random.sample(ordinary, random.randint(1, 12))
    at = random.randrange(len(words) + 1)
    return f"{opener} {' '.join(words[:at])} {alias} {' '.join(words[at:])}"


def _babble(ordinary: list[str], random: Random) -> str:
    words = random.sample(ordinary, random.randint(1, 12))
    return f"{random.choice(['', 'quel', 'comment', 'qui', 'je'])} {' '.join(words)}"
