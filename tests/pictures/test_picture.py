from bot.pictures.picture import key_of


def test_the_key_follows_what_is_shown() -> None:
    assert key_of("map", "fr", ("Paris", 10)) == key_of("map", "fr", ("Paris", 10))
    assert key_of("map", "fr", ("Paris", 10)) != key_of("map", "fr", ("Paris", 9))
    assert key_of("map", "fr", 1) != key_of("chart", "fr", 1)
    assert key_of("map", "fr", 1) != key_of("map", "en", 1)
