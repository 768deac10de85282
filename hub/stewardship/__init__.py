"""Stewardship: doubtful matches for people to look at, and their lasting decisions about who is the same customer.

An *assertion* says *same* or *different* about two groups of source records; it outlives every re-run of the matching
until it is *withdrawn*.

A *case* asks whether two customers are the same. Its life: it is *opened* when resolution finds records of both that are
nearly alike, *revised* when other evidence becomes the strongest, *postponed* by who cannot tell yet; where two people have
to agree, the first *proposes* a merge and the second confirms it or *refuses* it; it ends when it is *decided*, which leaves
an assertion behind, or *closed* because there is no doubt any more. The same two customers always have the same case.

Read ``commands.py`` (what may be asked of a case), ``decide.py`` (the rules), ``events.py`` (what happened), ``evolve.py``
(the fold) and ``state.py`` (what the rules must remember), in this order.
"""
