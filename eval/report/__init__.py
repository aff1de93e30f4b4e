"""Results for people: tables for the terminal, the circle of fifths as a picture."""
