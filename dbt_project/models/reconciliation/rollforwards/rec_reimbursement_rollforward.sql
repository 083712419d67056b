{{ component_rollforward('reimbursements', ['approved', 'paid']) }}
