{{ code_dimension('billing_code', 'billing') }}
