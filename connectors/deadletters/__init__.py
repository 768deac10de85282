"""Dead letters: messages that can never be read, kept with their bytes, the reason and the remedy, to be retried once mended."""
