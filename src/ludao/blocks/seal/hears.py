"""What happens by the clock: the list of revoked certificates is signed anew every day."""

from ludao.base import tasks

from . import revoking


@tasks.daily("02:20", "seal.publish_revocations")
def publish_revocations() -> None:
    revoking.publish()
