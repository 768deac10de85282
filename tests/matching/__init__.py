"""The matching and its parts."""
