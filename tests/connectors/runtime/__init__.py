"""Tests of what a process needs around the hub."""
