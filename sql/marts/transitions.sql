with

paths as (
    select
        anchor,
        string_to_array(path, ' > ') as channels,
        conversions,
        nulls
    from journey.paths
),

transitions as (
    select
        anchor,
        unnest(transition_probabilities(channels, conversions, nulls)) as transition
    from paths
    group by anchor
),

named as (
    select
        anchor,
        case transition['from_state']
            when '(start)' then '(start)'
            else replace(replace(transition['from_state'], '%3E', '>'), '%25', '%')
        end as from_channel,
        case transition['to_state']
            when '(success)' then '(conversion)'
            when '(failure)' then '(null)'
            else replace(replace(transition['to_state'], '%3E', '>'), '%25', '%')
        end as to_channel,
        transition['transitions'] as transitions,
        transition['probability'] as probability
    from transitions
)

select * from named
