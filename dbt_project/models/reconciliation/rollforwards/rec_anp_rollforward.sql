{{ rollforward('approved_not_posted', ref('rec_anp_movements'), [
    'first_approvals', 're_approvals', 'edits', 'withdrawals', 'first_posts', 'lost_posts'
]) }}
