"""Why a question came to its outcome, as lines for a terminal."""

from bot.matching import Matcher
from bot.matching.explain import SHOWN, explain
from bot.matching.signals import NAMES


def lines(matcher: Matcher, text: str, *, ambient: bool = False) -> list[str]:
    return explain(matcher, text, ambient=ambient).splitlines()


def test_the_decision_comes_first(shipped_matcher: Matcher) -> None:
    found = lines(shipped_matcher, "pourquoi un baromètre ?")
    assert found[0] == "question   pourquoi un baromètre ?"
    assert found[1] == "outcome    answer mesure-3"
    assert found[2] == "facet      why"
    assert found[3].startswith("asks       True   chatter False   reference None")
    assert f"answer {shipped_matcher.calibration.answer} " in found[4]


def test_each_word_with_what_it_matched(shipped_matcher: Matcher) -> None:
    [word, *_] = [line for line in lines(shipped_matcher, "un barrometre ?") if "barrometre  " in line]
    assert "as barometre 0." in word
    assert "weight " in word


def test_every_signal_of_the_first_candidates(shipped_matcher: Matcher) -> None:
    found = lines(shipped_matcher, "un baromètre du numérique")
    assert sum("confidence" in line for line in found) == SHOWN
    for name in NAMES:
        assert sum(line.split()[0] == name for line in found if line.startswith("    ")) == SHOWN


def test_the_related_entry_and_what_must_be_held(shipped_matcher: Matcher) -> None:
    found = lines(shipped_matcher, "combien coûte le kit numérique ?")
    assert found[1] == "outcome    unknown (related mesure-16)"
    assert found[2] == "facet      cost (must be held)"


def test_ambient(shipped_matcher: Matcher) -> None:
    assert lines(shipped_matcher, "campagne nationale", ambient=True)[1] == "outcome    silent"


def test_nothing_to_explain(shipped_matcher: Matcher) -> None:
    assert lines(shipped_matcher, "")[1] == "outcome    unknown"
