"""What sharing connects once the apps are loaded: its sources, and the watch over each use of them."""

from . import sources as _sources  # noqa: F401  (they are registered)
from . import telling as _telling  # noqa: F401  (it watches)
