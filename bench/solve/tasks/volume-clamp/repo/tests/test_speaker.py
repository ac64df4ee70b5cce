from speaker.device import Speaker
from speaker.display import bar


def test_starting_volume():
    assert Speaker().volume == 50


def test_mute():
    speaker = Speaker()
    assert speaker.toggle_mute()
    assert not speaker.toggle_mute()


def test_bar():
    assert bar(30) == "###......."
