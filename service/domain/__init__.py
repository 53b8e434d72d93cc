"""Plain values and rules without a database: names, consent, the decision, the budget, errors, rates."""
