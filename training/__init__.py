"""Corpora, tokenizers and training of language models that read scores."""
