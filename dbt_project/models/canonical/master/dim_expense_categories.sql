{{ code_dimension('expense_category', 'expense_category') }}
