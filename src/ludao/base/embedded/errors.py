"""What went wrong with a server, and the command that mends it."""


class EmbeddedError(Exception):
    def __init__(self, what: str, mend: str) -> None:
        super().__init__(f"{what}\n  → {mend}")
        self.what = what
        self.mend = mend
