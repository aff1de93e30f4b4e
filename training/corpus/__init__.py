"""Training corpora: sources, reading, cleaning, duplicates, splits, texts and their build."""
