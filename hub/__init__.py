"""The event-sourced core: which records are the same customer, who owns it, and everything that ever happened to it."""
