{{ code_dimension('region', 'region') }}
