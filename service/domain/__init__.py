"""Plain values and rules that read no database: names, consent, the decision, the budget, errors, rates.

The decision judges ``db.search.templates.Candidate``, the result of a search.
"""
