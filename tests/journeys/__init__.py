"""Whole ways through the hub at full size: any order, any disturbance, real data through a real broker."""
