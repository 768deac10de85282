"""The customer: the golden record's aggregate, over a set of source records, with its owners and stewards' pins.

Its life: it is *registered* when a source record belongs to nobody yet; records are *linked*, *revised*, *retired* and
*unlinked* as resolution learns more; it *absorbs* other customers (which are then *merged into* it) and *splits off*
customers again (which are then *restored*, or registered anew); stewards *pin* values; in each lane it has one owner
at a time, *assigned*, *transferred*, *released*, and *corrected* afterwards where the books were wrong.

Read ``commands.py`` (what may be asked), ``decide.py`` (the rules), ``events.py`` (what happened), ``evolve.py`` (the fold)
and ``state.py`` (what the rules must remember), in this order.
"""
