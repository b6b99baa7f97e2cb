from __future__ import annotations

import struct

from bot.simulator.files import image_size

from .test_sending import png


def test_sizes_are_read_from_the_headers() -> None:
    assert image_size(png(640, 480)) == (640, 480, "image/png")
    comment = b"\xff\xfe\x00\x04ab"
    frame = b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", 30, 40)
    assert image_size(b"\xff\xd8" + comment + frame) == (40, 30, "image/jpeg")


def test_what_is_no_picture() -> None:
    for data in (b"", b"GIF89a", b"\xff\xd8", b"\xff\xd8\xff\xfe\xff\xff", png(0, 5)):
        assert image_size(data) is None
