"""What the normalisers make of values."""
