"""Models: which matching model is in force. All activations are one stream; the last one counts.

Before the first one the model that comes with the software is in force.
"""
