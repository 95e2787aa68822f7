"""The demonstration city's exchange: a department's file with mistakes in it, and a source that changed its columns."""

from ludao.base.actor import Actor
from ludao.blocks.exchange import public as exchange
from ludao.blocks.exchange.models import Delivery, Source

ADDRESS = "source.agriculture.market"
NAMES = (
    "第八市场",
    "开禾市场",
    "故宫市场",
    "文灶市场",
    "江头市场",
    "后坑市场",
    "海沧市场",
    "杏林市场",
    "大同市场",
    "马巷市场",
)


def contract() -> dict[str, object]:
    def column(zh: str, en: str, kind: str = "text", means: str = "", **more: object) -> dict[str, object]:
        return {"zh": zh, "en": en, "type": kind, "means": means, "grade": "internal", **more}

    return {
        "address": ADDRESS,
        "title": {"zh": "农贸市场", "en": "Food markets"},
        "row": {"zh": "一个农贸市场", "en": "one food market"},
        "owner": "xm-scj",
        "key": ["market_number"],
        "system": {"zh": "农贸市场台账", "en": "Register of markets"},
        "at": "updated_at",
        "promise": "monthly",
        "columns": {
            "market_number": column("市场编号", "Market", means="record_number", required=True),
            "name": column("名称", "Name", required=True),
            "stalls": column("摊位数", "Stalls", "integer"),
            "opened_on": column("开业日期", "Opened on", "date", "day"),
            "area_code": column("区划代码", "Area code", means="area_code", required=True),
            "updated_at": column("更新时间", "Updated", "timestamp", "moment"),
        },
        "rules": [
            {
                "name": "has_stalls",
                "zh": "摊位数大于零",
                "en": "There are stalls",
                "kind": "validity",
                "says": "stalls > 0",
                "stops": True,
            }
        ],
        "from": {"kind": "upload"},
    }


def file() -> str:
    """Forty markets: some days that do not exist, some stalls that are no number, one area code too short."""
    lines = ["市场编号,名称,摊位数,开业日期,区划代码,更新时间"]
    for n in range(40):
        stalls = "待核" if n in (7, 19) else str(20 + n * 3 % 90) if n != 23 else "0"
        opened = f"20{n % 20:02}年{1 + n % 12}月31日" if n % 12 in (1, 3) else f"20{n % 20:02}-{1 + n % 12:02}-15"
        area = "3502" if n == 30 else ("350203", "350205", "350206", "350211")[n % 4]
        lines.append(f"SC{n:04},{NAMES[n % 10]}{n // 10 + 1}区,{stalls},{opened},{area},2022-05-01 08:00:00")
    return "\n".join(lines) + "\n"


def load(actor: Actor, scale: float) -> None:
    """A second time changes nothing: the files are known by their digests."""
    if Source.objects.filter(address=ADDRESS).exists():
        return
    exchange.set_up(actor, contract())
    for name, text in (
        ("农贸市场_202205.csv", file()),
        ("农贸市场_202206.csv", file().replace("摊位数", "摊位总数").replace("2022-05", "2022-06")),
    ):
        delivery = exchange.receive(actor, ADDRESS, text.encode("gb18030"), name)
        if delivery.state == Delivery.WAITING:
            exchange.load.now(actor, about=ADDRESS, delivery=delivery.pk)
