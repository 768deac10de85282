"""What a running process needs around the hub: its data folder, its logs, its threads."""
