{{ rollforward_identity('I5', ref('rec_wip_rollforward')) }}
union all
{{ rollforward_identity('I5', ref('rec_deferred_rollforward')) }}
