"""Kafka: topics of the business units in, with offsets kept in the log; durable publishing; topics named by configuration."""
