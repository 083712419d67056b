{{ code_dimension('business_unit', 'business_unit') }}
