"""What happens by the clock: each hour the digests that are due go out."""

from ludao.base import tasks
from ludao.blocks.notice import sending


@tasks.periodic("1 * * * *", "notice.send_digests")
def send_digests() -> None:
    sending.send_digests()
