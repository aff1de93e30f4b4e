"""Tokenizers: music as the token ids that language models read and write.

`symbolic.tokenizers.base.MusicTokenizer` is the interface: ABC text and bar-synchronised ABC in the pieces of
SentencePiece (`symbolic.tokenizers.abc_text`), MidiTok's encodings of MIDI (`symbolic.tokenizers.miditok`).
"""
