"""The command line of the matching."""
