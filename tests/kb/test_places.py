import pytest

from bot.errors import KnowledgeError
from bot.kb import load_knowledge
from tests.conftest import WriteKb


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        ("latitude: 47.2", "give both, or neither"),
        ("longitude: -1.5", "give both, or neither"),
        ("latitude: 91.0, longitude: 2.0", "'latitude'"),
        ("latitude: '47.2', longitude: 2.0", "'latitude'"),
    ],
)
def test_a_place_that_is_none(write_kb: WriteKb, place: str, problem: str) -> None:
    with pytest.raises(KnowledgeError, match=problem):
        load_knowledge(write_kb(f"origins:\n  - {{id: nantes, name: Nantes, {place}}}"))


def test_a_place(write_kb: WriteKb) -> None:
    origins = "origins:\n  - {id: a, name: A, latitude: 47, longitude: -1.5}\n"
    entries = "entries:\n  - {id: b, title: B, answer: C., questions: [D]}"
    kb = load_knowledge(write_kb(origins + entries))
    assert (kb.origins["a"].latitude, kb.origins["a"].longitude) == (47, -1.5)
