"""What tests stand on: databases, brokers, child processes."""
