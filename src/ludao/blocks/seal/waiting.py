"""Runs the signing library's coroutines from ordinary code, also where a loop runs already (a browser's test)."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def waited(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Nothing in them asks the database: rows are read before."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(asyncio.run, coroutine).result()
