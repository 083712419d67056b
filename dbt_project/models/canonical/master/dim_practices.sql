{{ code_dimension('practice', 'practice') }}
