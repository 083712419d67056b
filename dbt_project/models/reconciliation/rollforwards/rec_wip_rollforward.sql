{{ component_rollforward('work_in_progress', [
    'posted', 'reclassified', 'billed', 'credited', 'written_off', 'written_up', 'over_billed'
]) }}
