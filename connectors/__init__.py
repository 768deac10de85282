"""Everything that crosses the edge: wires, brokers, databases, HTTP, the command line."""
