from bot.pictures.picture import key_of


def test_the_key_follows_what_is_shown() -> None:
    assert key_of("map", ("Paris", 10)) == key_of("map", ("Paris", 10))
    assert key_of("map", ("Paris", 10)) != key_of("map", ("Paris", 9))
    assert key_of("map", 1) != key_of("chart", 1)
