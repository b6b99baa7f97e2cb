"""What a test needs to know of a PNG."""

from io import BytesIO

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.image import imread


def pixels(png: bytes) -> np.ndarray:
    """Return rows of pixels of red, green, blue and opacity, from 0 to 1."""
    return np.asarray(imread(BytesIO(png), format="png"))


def where(png: bytes, colour: str) -> np.ndarray:
    """Return which pixels have a colour."""
    return np.asarray(np.abs(pixels(png)[:, :, :3] - to_rgb(colour)).max(axis=2) < 0.01)
