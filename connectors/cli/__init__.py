"""The command line: ``main.py`` puts the commands together, one file a group, ``output.py`` and ``failures.py`` say what came of it."""
