-- What may follow what. An event has up to two predecessors: the last event of the approval track
-- (submitted, approved, rejected, adjusted) and the last of the ledger track (posted, invoiced,
-- reversed). For each track that knows the event, the pair must be listed: so nothing is posted or
-- invoiced but after an approval that still stands, and nothing is invoiced or reversed that is not
-- posted.
{% set edges = {
    'approval': [
        ('none', 'submitted'), ('none', 'approved'), ('none', 'rejected'),
        ('submitted', 'submitted'), ('submitted', 'approved'), ('submitted', 'rejected'),
        ('submitted', 'adjusted'), ('approved', 'submitted'), ('approved', 'approved'),
        ('approved', 'rejected'), ('approved', 'adjusted'), ('rejected', 'submitted'),
        ('rejected', 'approved'), ('rejected', 'rejected'), ('rejected', 'adjusted'),
        ('adjusted', 'submitted'), ('adjusted', 'approved'), ('adjusted', 'rejected'),
        ('adjusted', 'adjusted'), ('approved', 'posted'), ('approved', 'invoiced')
    ],
    'ledger': [
        ('none', 'posted'), ('posted', 'posted'), ('invoiced', 'posted'), ('reversed', 'posted'),
        ('posted', 'invoiced'), ('invoiced', 'invoiced'), ('posted', 'reversed'),
        ('invoiced', 'reversed'), ('reversed', 'reversed')
    ]
} %}

{% for track, pairs in edges.items() %}
    {% set last_track = loop.last %}
    {% for before, after in pairs %}
        select
            '{{ track }}:{{ before }}:{{ after }}' as transition_id,
            '{{ track }}' as track,
            '{{ before }}' as from_event,
            '{{ after }}' as to_event
        {{ 'union all' if not (last_track and loop.last) }}
    {% endfor %}
{% endfor %}
