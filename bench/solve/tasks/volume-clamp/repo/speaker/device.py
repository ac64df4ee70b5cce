"""The speaker itself."""

from speaker.limits import clamp


class Speaker:
    """A speaker that remembers its volume."""

    def __init__(self, volume: int = 50) -> None:
        self.volume = volume
        self.muted = False

    def change(self, steps: int) -> int:
        """Raise (or lower, when negative) the volume and return it."""
        self.volume = clamp(self.volume + steps)
        return self.volume

    def toggle_mute(self) -> bool:
        """Mute or unmute; return the new state."""
        self.muted = not self.muted
        return self.muted
