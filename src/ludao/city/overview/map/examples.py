"""What the contract tests type into the forms, where any value will not do."""

import json
from typing import Any

from .models import Edition


def _past(_: Any) -> dict[str, Any]:
    return {
        "edition": Edition.objects.create(
            theme="video", number=900, title="雪亮视频", layers=["resident"], is_current=False
        )
    }


EXAMPLES: dict[str, Any] = {
    "compose": {"theme": "urban", "title": "城市管理", "layers": ["appearance", "road"], "order": 7,
                "parts": json.dumps({"charts": [{"chart": "overview.chart.topics"}], "lists": [{"layer": "road"}]})},
    "restore": _past,
}
