{{ code_dimension('cost_center', 'cost_center') }}
