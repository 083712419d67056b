{{ code_dimension('tax_jurisdiction', 'tax_jurisdiction') }}
