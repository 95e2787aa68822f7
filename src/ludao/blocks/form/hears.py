"""What forms do by themselves: let go of drafts that nobody touched for ninety days."""

from ludao.base import tasks

from .drafts import clear_drafts


@tasks.periodic("50 18 * * *", "form.clear_drafts")
def clear() -> int:
    return clear_drafts()
