{{ code_dimension('service_line', 'service_line') }}
