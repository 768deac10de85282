"""Handling: load an aggregate, decide, append; repeat when somebody wrote first; the same request twice changes nothing."""
