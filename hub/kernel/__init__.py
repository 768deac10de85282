"""Words that every part shares: ids, time, provenance and the families of errors. Depends on nothing."""
