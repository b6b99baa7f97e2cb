"""Stored files, and just enough of image formats to know a picture's size."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from typing import Any

from bot.simulator.errors import bad_request

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"
_JPEG_FRAMES = frozenset({*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)})
_THUMBNAIL = 320
_MAX_SIDES = 10_000
_MAX_RATIO = 20
_MAX_PHOTO = 10 * 1024 * 1024


@dataclass
class StoredFile:
    """Bytes under a ``file_id``."""

    file_id: str
    unique_id: str
    data: bytes
    content_type: str
    name: str
    kind: str


class FileStore:
    """Every file that was sent, by its ``file_id``."""

    def __init__(self) -> None:
        self._files: dict[str, StoredFile] = {}
        self._photos: dict[str, list[dict[str, Any]]] = {}

    def add(self, data: bytes, *, kind: str, content_type: str, name: str) -> StoredFile:
        """Store bytes as one file of a kind; the same bytes keep their ids."""
        digest = hashlib.sha256(kind.encode() + data).hexdigest()
        stored = StoredFile(f"SIM{kind}-{digest[:40]}", digest[:15], data, content_type, name, kind)
        return self._files.setdefault(stored.file_id, stored)

    def get(self, file_id: str) -> StoredFile | None:
        """Return the file, if there is one."""
        return self._files.get(file_id)

    def add_photo(self, data: bytes) -> list[dict[str, Any]]:
        """Store a picture and return its sizes, smallest first, as a message holds them."""
        if len(data) > _MAX_PHOTO:
            raise bad_request("file is too big")
        found = image_size(data)
        if found is None:
            raise bad_request("IMAGE_PROCESS_FAILED")
        width, height, content_type = found
        too_flat = max(width, height) > _MAX_RATIO * min(width, height)
        if width + height > _MAX_SIDES or too_flat:
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        scale = min(1.0, _THUMBNAIL / max(width, height))
        sizes: list[dict[str, Any]] = []
        for kind, factor in (("thumb", scale), ("photo", 1.0)):
            if kind == "thumb" and scale == 1.0:
                continue
            stored = self.add(data, kind=kind, content_type=content_type, name="photo")
            sizes.append(
                {
                    "file_id": stored.file_id,
                    "file_unique_id": stored.unique_id,
                    "file_size": len(data),
                    "width": max(1, round(width * factor)),
                    "height": max(1, round(height * factor)),
                }
            )
        for size in sizes:
            self._photos[size["file_id"]] = sizes
        return sizes

    def photo(self, file_id: str) -> list[dict[str, Any]]:
        """Return the sizes of a picture sent before."""
        sizes = self._photos.get(file_id)
        if sizes is not None:
            return sizes
        if file_id in self._files:
            raise bad_request("can't use file of type Document as Photo")
        if file_id.startswith(("http://", "https://")):
            raise bad_request("failed to get HTTP URL content")
        raise bad_request("wrong file identifier/HTTP URL specified")


def image_size(data: bytes) -> tuple[int, int, str] | None:
    """Return width, height and media type of a PNG or JPEG."""
    if data.startswith(_PNG) and len(data) >= 24:  # noqa: PLR2004 - signature and header chunk
        width, height = struct.unpack(">II", data[16:24])
        return (width, height, "image/png") if width and height else None
    if data.startswith(_JPEG):
        return _jpeg_size(data)
    return None


def _jpeg_size(data: bytes) -> tuple[int, int, str] | None:
    pos = len(_JPEG)
    while pos + 9 <= len(data) and data[pos] == 0xFF:  # noqa: PLR2004 - start of a segment
        marker, length = data[pos + 1], int.from_bytes(data[pos + 2 : pos + 4], "big")
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", data[pos + 5 : pos + 9])
            return (width, height, "image/jpeg") if width and height else None
        pos += 2 + length
    return None
