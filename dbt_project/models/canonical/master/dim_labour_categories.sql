{{ code_dimension('labour_category', 'labour_category') }}
