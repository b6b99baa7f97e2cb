"""What an outcome says of itself."""

from bot.matching import Outcome, Ranked

SUGGESTED = Outcome("un exemple ?", "suggest", "what", (Ranked("a", 0.5), Ranked("b", 0.4)), shown=("a", "b"))


def test_the_best() -> None:
    assert SUGGESTED.best == Ranked("a", 0.5)
    assert Outcome("", "unknown", "what", ()).best is None


def test_what_people_talk_of_is_meant_if_it_is_the_likeliest() -> None:
    meant = SUGGESTED.about("a")
    assert (meant.kind, meant.shown, meant.ranking) == ("answer", ("a",), SUGGESTED.ranking)


def test_nothing_else_is() -> None:
    assert SUGGESTED.about("b") is SUGGESTED
    assert SUGGESTED.about(None) is SUGGESTED
    unknown = Outcome("", "unknown", "what", (Ranked("a", 0.1),))
    assert unknown.about("a") is unknown
