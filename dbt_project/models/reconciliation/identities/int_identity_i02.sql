{{ rollforward_identity('I2', ref('rec_anp_rollforward')) }}
