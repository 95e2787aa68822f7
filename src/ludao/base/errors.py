"""What can go wrong, said so that the person can mend it; every kind has one HTTP status."""

from typing import Any


class LudaoError(Exception):
    """An error with words for people (both languages), a field when one is to blame, and a status."""

    status = 400
    code = "error"

    def __init__(self, text: str, *, field: str = "", **more: Any) -> None:
        super().__init__(text)
        self.text = text
        self.field = field
        self.more = more

    def __str__(self) -> str:
        return str(self.text)


class Problem(LudaoError):
    """Input that a person must mend: names the field, what is wrong and how to put it right."""

    status = 422
    code = "problem"


class Problems(Problem):
    """Several problems of one form at once, so that they can be mended in one go."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(str(p) for p in problems))
        self.problems = problems


class Refused(LudaoError):
    """No right. Shown to strangers as "not found", so that nothing is told by the refusal."""

    status = 404
    code = "not_found"


class Conflict(LudaoError):
    """Somebody else changed the thing meanwhile, or it is no longer in a state that allows this."""

    status = 409
    code = "conflict"
