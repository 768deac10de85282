"""Intake: what the transports bring is decoded, validated, taken in by the resolution or put aside, exactly once."""
