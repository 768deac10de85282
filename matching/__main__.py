"""`python -m matching`: entity resolution over tables, without a hub."""

from matching.command import main

main()
