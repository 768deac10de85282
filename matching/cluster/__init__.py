"""From weighed pairs to clusters: deterministic, and dependent on nothing but the component."""
