"""What the contract tests type into the forms, where any value will not do."""

EXAMPLES = {"enter": {"number": "2022-100", "title": "新登记"}}
