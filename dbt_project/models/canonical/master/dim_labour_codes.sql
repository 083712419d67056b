{{ code_dimension('labour_code', 'labour') }}
