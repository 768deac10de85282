"""Activities: facts about customers (orders, payments, tickets, touches …), appended and never loaded to decide.

An activity belongs to a *source record*, not to a customer: whose history it shows follows from the crosswalk, so it
moves along by itself when records are merged or taken apart.
"""
