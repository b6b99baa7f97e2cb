"""Text as typed to comparable tokens."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language import fold, normalise, tokenise, without_hashtags
from bot.language.normalise import MAX_CHARACTERS


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ÉMISSION Œuvre", "emission oeuvre"),
        ("ça, où, naïf, Ærø", "ca, ou, naif, aerø"),
        ("l’idée de l`État", "l'idee de l'etat"),
        ("Straße", "strasse"),
        ("ﬁn ½ ²", "fin 1⁄2 2"),
        ("soft\u00adware\u200b\u202e\ufeff", "software"),
        ("a\x00b\tc\nd", "a b c d"),
        ("\ud800x", "x"),
        ("e\u0301", "e"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("75,2 % des foyers", ["75.2", "%", "des", "foyers"]),
        ("10\u202f000 et 7 000 000", ["10000", "et", "7000000"]),
        ("n° 7, № 8, nº9, #4 ?", ["n°", "7", "n°", "8", "n°", "9", "#", "4", "?"]),
        ("l'idée d'un porte-clés à 5€", ["l", "idee", "d", "un", "porte", "cles", "a", "5", "€"]),
        ("m7 4e 2013/2014", ["m", "7", "4", "e", "2013", "2014"]),
        ("@bob voir https://x.fr/a?b=1 ou www.y.org, z.com/q", ["voir", "ou"]),
        ("moi@exemple", ["moi", "exemple"]),
        ("123456789 1234567890", ["123456789"]),
        ("🙂 … !", []),
        ("", []),
    ],
)
def test_tokens(text: str, tokens: list[str]) -> None:
    assert tokenise(normalise(text)) == tokens


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("un baromètre ? #nocrise", "un baromètre ?  "),
        ("#nocrise", "#nocrise"),
        ("#nocrise ?!", "#nocrise ?!"),
        ("mesure #4", "mesure #4"),
        ("#4", "#4"),
        ("#Bordeaux2012 mesures", "  mesures"),
    ],
)
def test_hashtags_beside_a_message_are_dropped(text: str, rest: str) -> None:
    assert without_hashtags(text) == rest


def test_what_nobody_types_is_cut() -> None:
    assert len(fold("é" * 10_000)) == MAX_CHARACTERS


@given(st.text())
def test_any_text_folds_to_plain_lower_case(text: str) -> None:
    folded = fold(text)
    assert not {unicodedata.category(character) for character in folded} & {"Mn", "Cf", "Cs", "Cc"}
    assert all(len(token) <= 9 or not token[0].isdigit() for token in tokenise(normalise(text)))
