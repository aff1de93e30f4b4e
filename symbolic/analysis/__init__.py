"""What can be said about one score: key, metre, harmony, spelling, rhythm, melody, structure, likeness."""
