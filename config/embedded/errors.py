"""The only way the embedded servers say no."""


class CannotStart(SystemExit):
    """One sentence for the person at the keyboard; uncaught, it ends the program with that sentence and exit code 1."""

    @property
    def sentence(self) -> str:
        """What is the case and what can be done about it."""
        return str(self.code)
