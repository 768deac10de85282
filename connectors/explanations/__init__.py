"""Explanations in plain words, English or Chinese: ``phrases.py`` has every phrase in both, ``wording.py`` puts them together."""
