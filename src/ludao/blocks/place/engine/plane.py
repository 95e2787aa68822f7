"""The flat ground on which distances are measured: metres of CGCS2000 / 3-degree Gauss-Kruger CM 117E."""

from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer


@lru_cache(maxsize=2)
def _mover(is_back: bool) -> Transformer:
    there, here = ("OGC:CRS84", "EPSG:4548") if not is_back else ("EPSG:4548", "OGC:CRS84")
    return Transformer.from_crs(there, here, always_xy=True)


def plane(drawn: Any, is_back: bool = False) -> Any:
    """Geometries in degrees of WGS 84 as metres of the plane, or the other way."""
    return shapely.transform(
        drawn, lambda points: np.column_stack(_mover(is_back).transform(points[:, 0], points[:, 1]))
    )
