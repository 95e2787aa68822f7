"""Take the pictures of README.md and docs/tour.md, of the demonstration city: python docs/pictures.py [address]."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page

from ludao.base.testing.browser import Visit, chromium

HERE = Path(__file__).parent / "pictures"
CITY = "http://127.0.0.1:8000"
MOST, COLOURS = 300_000, 128
DRAWN_MS = 20_000  # a map's tiles and what lies on it, drawn without a graphics card
# the picture, who looks, at what, width, height, dark
SHOTS = (
    ("desk", "wangke", "/desk/", 1280, 800, False),
    ("review", "wangke", "/assurance/plan/review/1/", 1280, 800, False),
    ("tasks", "wangke", "/assurance/plan/item/", 1280, 800, False),
    ("bulletin", "linju", "/assurance/plan/bulletin/", 1280, 800, False),
    ("wall", "linju", "/screen/", 1920, 1080, True),
    ("portal-phone", "lilei", "/", 390, 760, False),
    ("map-phone", "linju", "/desk/", 390, 760, True),
    ("quarantine", "shuguan", "/exchange/heap/1/", 1280, 800, False),
    ("find-data", "wangke", "/data/catalogue/find/", 1280, 800, False),
    ("quality", "shuguan", "/data/catalogue/entry/source.police.resident/?tab=quality", 1280, 800, False),
    ("lineage", "shuguan", "/data/catalogue/entry/data.person.resident/?tab=lineage", 1280, 900, False),
    ("grades", "shuguan", "/data/classification/proposal/?state=open", 1280, 720, False),
    ("sharing", "wangke", "/data/sharing/", 1280, 720, False),
    ("my-file-phone", "lilei", "/data/person/mine/", 390, 760, False),
    ("looks-phone", "lilei", "/data/person/mine/?tab=looks", 390, 1400, False),
    ("benefits-phone", "hanmeimei", "/data/benefit/mine/", 390, 760, False),
    ("audit", "shenji", "/base/auditline/", 1280, 720, False),
    ("vital-phone", "linju", "/overview/vital/", 390, 760, False),
    ("checkup", "linju", "/overview/vital/checkup/", 1280, 800, False),
    ("item-guide", "lilei", "/services/channel/life/born/", 390, 760, False),
    ("cases", "wangke", "/case/desk/", 1280, 720, False),
    ("api", "wangke", "/api/docs", 1280, 800, False),
)


def main(city: str = CITY) -> None:
    HERE.mkdir(exist_ok=True)
    with chromium() as browser, Visit(browser, city) as visit:
        for name, login, path, width, height, dark in SHOTS:
            page = visit.page(login, width=width, height=height, dark=dark)
            if login == "hanmeimei":
                for_the_shop(page)
            page.goto(path)
            page.wait_for_load_state("load")
            if page.locator("canvas").count():
                page.wait_for_timeout(DRAWN_MS)
            kept(page.screenshot(), name)
        sheet(visit.page("linju"))


def for_the_shop(page: Page) -> None:
    """韩梅梅 under the hat of her shop."""
    page.goto("/identity/account/")
    page.locator("summary.who").click()
    page.get_by_role("button", name="鹭岛韩记茶铺").click()
    page.wait_for_load_state("load")


def sheet(page: Page) -> None:
    """The first page of the official bulletin, as poppler draws it."""
    pdf = page.request.get("/assurance/plan/bulletin.pdf").body()
    with TemporaryDirectory() as folder:
        made = Path(folder) / "bulletin"
        subprocess.run(["pdftoppm", "-png", "-r", "70", "-singlefile", "-", str(made)], input=pdf, check=True)
        kept(made.with_suffix(".png").read_bytes(), "bulletin-sheet")


def kept(picture: bytes, name: str) -> None:
    path = HERE / f"{name}.png"
    Image.open(BytesIO(picture)).convert("RGB").quantize(COLOURS).save(path, optimize=True)
    size = path.stat().st_size
    if size > MOST:
        sys.exit(f"{path} has {size // 1000} KB, more than {MOST // 1000}")
    print(f"{path.name:20} {size // 1000:4} KB")  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
