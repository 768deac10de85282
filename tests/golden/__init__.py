"""Files that are compared with what the code makes of them; a change shows as a readable diff."""
