"""Other notations and libraries: MusicXML, MXL, kern and MEI, and music21's own streams."""

from __future__ import annotations

from symbolic.interop.music21 import from_music21, read_music21, to_music21, write_musicxml, write_mxl

__all__ = ["from_music21", "read_music21", "to_music21", "write_musicxml", "write_mxl"]
