"""Tests of what is deployed: the broker script, the compose file, the Makefile."""
