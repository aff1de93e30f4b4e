"""What the analysis baseline answers: one function from a question to a text for each task.

The analyses are those of `symbolic.analysis`; here they are only given what a question shows and points at,
and their results are written as answers. None of them looks at a question's truth or explanation.
"""
